import { compareQuantities, formatQuantity, parseQuantity, zeroQuantity } from '../quantity.ts';
import { lookup } from '../records.ts';
import type { Api } from '../types.ts';
import { type Errors, forbidden, invalid, invalidBecause, Json, notSupported, required } from './field-error.ts';
import { dnsLabel, dnsSubdomain } from './formats.ts';
import { validateTemplateMetadata } from './metadata.ts';
import { validateLabelSelector } from './selectors.ts';

type ClaimSpec = Api<'PersistentVolumeClaimSpec'>;

/** The claim that is made for an ephemeral volume. */
export function* validateClaimTemplate({ metadata, spec }: Api<'PersistentVolumeClaimTemplate'>, field: string): Errors {
  yield* validateTemplateMetadata(metadata, `${field}.metadata`);
  yield* validateClaimSpec(spec, `${field}.spec`);
}

function* validateClaimSpec(spec: ClaimSpec, field: string): Errors {
  const { accessModes = [], storageClassName, volumeMode, dataSource, dataSourceRef, volumeAttributesClassName } = spec;
  if (accessModes.length === 0) yield required(`${field}.accessModes`, 'at least 1 access mode is required');
  yield* validateLabelSelector(spec.selector, `${field}.selector`);
  yield* validateAccessModes(accessModes, `${field}.accessModes`);
  yield* validateStorage(lookup(spec.resources?.requests, 'storage'), `${field}.resources[storage]`);
  if (storageClassName) yield* invalidBecause(`${field}.storageClassName`, storageClassName, dnsSubdomain(storageClassName));
  const modes = ['Block', 'Filesystem'];
  if (volumeMode !== undefined && !modes.includes(volumeMode)) yield notSupported(`${field}.volumeMode`, volumeMode, modes);
  if (dataSource) yield* validateDataSource(dataSource, `${field}.dataSource`);
  if (dataSourceRef) {
    const { namespace } = dataSourceRef;
    yield* validateDataSource(dataSourceRef, `${field}.dataSourceRef`);
    if (namespace) yield* invalidBecause(`${field}.dataSourceRef.namespace`, namespace, dnsLabel(namespace));
  }
  yield* validateBothSources(spec, field);
  if (volumeAttributesClassName) {
    yield* invalidBecause(`${field}.volumeAttributesClassName`, volumeAttributesClassName, dnsSubdomain(volumeAttributesClassName));
  }
}

function* validateAccessModes(modes: readonly string[], field: string): Errors {
  const supported = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
  for (const mode of modes) if (!supported.includes(mode)) yield notSupported(field, mode, supported);
  const others = modes.filter((mode) => mode !== 'ReadWriteOncePod' && supported.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others.length > 0)
    yield forbidden(field, 'may not use ReadWriteOncePod with other access modes');
}

function* validateStorage(text: string | undefined, field: string): Errors {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  if (!quantity) yield required(field);
  else if (compareQuantities(quantity, zeroQuantity) <= 0) yield invalid(field, formatQuantity(quantity), 'must be greater than zero');
}

function* validateDataSource(
  { apiGroup, kind, name }: Api<'TypedLocalObjectReference'> | Api<'TypedObjectReference'>,
  field: string,
): Errors {
  if (name === '') yield required(`${field}.name`);
  if (kind === '') yield required(`${field}.kind`);
  if (apiGroup !== '') yield* invalidBecause(`${field}.apiGroup`, apiGroup, dnsSubdomain(apiGroup));
  else if (kind !== 'PersistentVolumeClaim')
    yield invalid(field, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
}

/** `dataSource` is the older form of `dataSourceRef`; the message shows, as the API server does, an empty object. */
function* validateBothSources({ dataSource, dataSourceRef }: ClaimSpec, field: string): Errors {
  if (!dataSource || !dataSourceRef) return;
  const isSame = (['apiGroup', 'kind', 'name'] as const).every((name) => dataSource[name] === dataSourceRef[name]);
  if (dataSourceRef.namespace) yield invalid(field, new Json({}), 'may not be specified when dataSourceRef.namespace is specified');
  else if (!isSame) yield invalid(field, new Json({}), 'must match dataSourceRef');
}
