import { sortedEntries } from '../records.ts';
import type { Api, ObjectMeta } from '../types.ts';
import { type Errors, forbidden, invalid, invalidBecause, Json, required, tooLong } from './field-error.ts';
import { byteLength, dnsLabel, dnsSubdomain, labelKey } from './formats.ts';
import { validateLabels } from './selectors.ts';

const maxAnnotationBytes = 256 * 1024;

/** The metadata of an object in a namespace whose name is a DNS subdomain. */
export function* validateMetadata(metadata: ObjectMeta, field: string): Errors {
  const { name, generateName, namespace, generation = 0 } = metadata;
  if (generateName) yield* invalidBecause(`${field}.generateName`, generateName, dnsSubdomain(maskTrailingDash(generateName)));
  if (name === '') yield required(`${field}.name`, 'name or generateName is required');
  else yield* invalidBecause(`${field}.name`, name, dnsSubdomain(name));
  if (namespace === '') yield required(`${field}.namespace`);
  else yield* invalidBecause(`${field}.namespace`, namespace, dnsLabel(namespace));
  if (generation < 0) yield invalid(`${field}.generation`, generation, 'must be greater than or equal to 0');
  yield* validateLabels(metadata.labels, `${field}.labels`);
  yield* validateAnnotations(metadata.annotations, `${field}.annotations`);
  yield* validateOwnerReferences(metadata.ownerReferences ?? [], `${field}.ownerReferences`);
  yield* validateFinalizers(metadata.finalizers ?? [], `${field}.finalizers`);
  for (const [i, entry] of (metadata.managedFields ?? []).entries()) yield* validateManagedFields(entry, `${field}.managedFields[${i}]`);
  for (const [i, finalizer] of (metadata.finalizers ?? []).entries()) {
    if (finalizer.includes('/') || ['kubernetes', 'orphan', 'foregroundDeletion'].includes(finalizer)) continue;
    yield invalid(`${field}.finalizers[${i}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
  }
}

/** The metadata of a template that only passes on labels and annotations. */
export function* validateTemplateMetadata(metadata: ObjectMeta | undefined, field: string): Errors {
  yield* validateAnnotations(metadata?.annotations, `${field}.annotations`);
  yield* validateLabels(metadata?.labels, `${field}.labels`);
  for (const [name, value] of Object.entries(metadata ?? {})) {
    if (name !== 'annotations' && name !== 'labels' && value !== '' && value !== 0) yield forbidden(`${field}.${name}`, 'cannot be set');
  }
}

function* validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, field: string): Errors {
  let bytes = 0;
  for (const [key, value] of sortedEntries(annotations)) {
    yield* invalidBecause(field, key, labelKey(key.toLowerCase()));
    bytes += byteLength(key) + byteLength(value);
  }
  if (bytes > maxAnnotationBytes) yield tooLong(field, maxAnnotationBytes);
}

function* validateOwnerReferences(references: readonly Api<'OwnerReference'>[], field: string): Errors {
  let controller: string | undefined;
  for (const reference of references) {
    yield* validateOwnerReference(reference, field);
    if (!reference.controller) continue;
    const name = `${reference.kind}/${reference.name}`;
    if (controller !== undefined) {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      yield invalid(field, new Json(references), detail);
    }
    controller ??= name;
  }
}

function* validateOwnerReference(reference: Api<'OwnerReference'>, field: string): Errors {
  const { apiVersion, kind, name, uid } = reference;
  if (apiVersion === '' || apiVersion.endsWith('/')) yield invalid(`${field}.apiVersion`, apiVersion, 'version must not be empty');
  if (kind === '') yield invalid(`${field}.kind`, kind, 'must not be empty');
  if (name === '') yield invalid(`${field}.name`, name, 'must not be empty');
  if (uid === '') yield invalid(`${field}.uid`, new Json(uid), 'must not be empty');
  if (apiVersion === 'v1' && kind === 'Event')
    yield invalid(field, new Json(reference), '/v1, Kind=Event is disallowed from being an owner');
}

function* validateFinalizers(finalizers: readonly string[], field: string): Errors {
  for (const finalizer of finalizers) yield* invalidBecause(field, finalizer, labelKey(finalizer));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    yield invalid(field, new Json(finalizers), 'finalizer orphan and foregroundDeletion cannot be both set');
  }
}

function* validateManagedFields(
  { operation = '', fieldsType, manager = '', subresource = '' }: Api<'ManagedFieldsEntry'>,
  field: string,
): Errors {
  if (operation !== 'Apply' && operation !== 'Update')
    yield invalid(`${field}.operation`, new Json(operation), 'must be `Apply` or `Update`');
  if (fieldsType && fieldsType !== 'FieldsV1') yield invalid(`${field}.fieldsType`, fieldsType, 'must be `FieldsV1`');
  if (byteLength(manager) > 128) yield tooLong(`${field}.manager`, 128);
  if (/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(manager))
    yield invalid(`${field}.manager`, manager, 'should only contain printable characters');
  if (byteLength(subresource) > 256) yield tooLong(`${field}.subresource`, 256);
}

/** Something will be appended to the name, so that its last dash is not its end. */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}
