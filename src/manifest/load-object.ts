import { conform } from '../pod/conform.ts';
import type { StructName } from '../pod/schema/index.ts';
import type { ObjectMeta } from '../pod/types.ts';
import { validateMetadata } from '../pod/validation/metadata.ts';
import { decode } from './decode.ts';
import type { ManifestObject } from './flatten.ts';
import { identify } from './identify.ts';
import type { Kind } from './kinds.ts';
import { locateErrors, strictErrors } from './manifest-error.ts';
import type { ManifestError, ManifestItem } from './manifest-item.ts';
import { limits } from './limits.ts';
import { loadPod } from './load-pod.ts';
import { completeMetadata } from './metadata.ts';
import { objectKey, type ReferenceObjects } from './references.ts';
import type { WorkloadSource } from './workload.ts';

/** `item`: it stands for a Pod. `other`: it does not, and has these errors. `unknown`: a kind that is no concern of ours. */
export type LoadedObject =
  | { readonly role: 'item'; readonly item: ManifestItem }
  | { readonly role: 'other'; readonly object: string; readonly errors: readonly ManifestError[] }
  | { readonly role: 'unknown'; readonly kind: string };

/** Decodes, defaults and validates one object. What Pods refer to is put into `references`. */
export function loadObject(
  object: ManifestObject,
  source: WorkloadSource,
  newUid: () => string,
  references: ReferenceObjects,
): LoadedObject {
  if (!hasFewValues(object.value)) {
    const message = `more than ${limits.values.toLocaleString('en')} values in one object`;
    return { role: 'other', object: '', errors: locateErrors(object, [{ field: '', type: 'DecodeError', message }]) };
  }
  const identity = identify(object.value);
  if (identity.is === 'unknown') return { role: 'unknown', kind: identity.kind };
  if (identity.is === 'faulty') {
    const { kind, name } = identity;
    const errors = locateErrors(object, [identity.error]);
    if (kind === undefined || kind.role === 'reference') return { role: 'other', object: '', errors };
    return { role: 'item', item: { file: source.file, kind: kind.name, name, errors, warnings: [] } };
  }
  const { kind, name } = identity;
  if (kind.role !== 'reference') return { role: 'item', item: loadPod(kind, name, object, source, newUid, references) };
  return { role: 'other', object: `${kind.name} ${name}`.trimEnd(), errors: loadReference(kind, object, references) };
}

function hasFewValues(value: unknown): boolean {
  let left: number = limits.values;
  const count = (part: unknown): boolean => --left >= 0 && (typeof part !== 'object' || part === null || Object.values(part).every(count));
  return count(value);
}

function loadReference(kind: Kind, object: ManifestObject, references: ReferenceObjects): ManifestError[] {
  const decoded = decode(kind.name, object.value, object.duplicates);
  if (decoded.error) return locateErrors(object, [{ type: 'DecodeError', ...decoded.error }]);
  const value: unknown = decoded.value;
  const metadata = completeMetadata((value as { metadata?: Partial<ObjectMeta> }).metadata);
  const errors = locateErrors(object, [...strictErrors(decoded.strict), ...validateMetadata(metadata, 'metadata')]);
  if (errors.length === 0) keep(kind, { ...(value as object), metadata }, references);
  return errors;
}

function keep(kind: Kind, value: unknown, references: ReferenceObjects): void {
  const put = <Name extends StructName>(map: Map<string, ReturnType<typeof conform<Name>>>, name: Name): void => {
    const object = conform(name, value);
    const { namespace, name: own } = (object as unknown as { metadata: ObjectMeta }).metadata;
    map.set(objectKey(namespace, own), object);
  };
  if (kind.name === 'ConfigMap') put(references.configMaps, kind.name);
  else if (kind.name === 'Secret') put(references.secrets, kind.name);
  else if (kind.name === 'Service') put(references.services, kind.name);
  else if (kind.name === 'PersistentVolumeClaim') put(references.persistentVolumeClaims, kind.name);
}
