import type { Api } from '../types.ts';
import { type Errors, invalid, required } from './field-error.ts';
import { validateFieldRef, validateResourceFieldRef } from './field-refs.ts';
import { validateVolumeFilePath } from './paths.ts';
import { validateMode } from './volume-sources.ts';

const volumeFieldPaths = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

export function* validateDownwardApi({ defaultMode, items = [] }: Api<'DownwardAPIVolumeSource'>, field: string): Errors {
  yield* validateMode(defaultMode, `${field}.defaultMode`);
  for (const item of items) yield* validateDownwardApiFile(item, field);
}

/** One file of the downward API; its index is not part of the paths. */
export function* validateDownwardApiFile(file: Api<'DownwardAPIVolumeFile'>, field: string): Errors {
  const { path, fieldRef, resourceFieldRef, mode } = file;
  if (path === '') yield required(`${field}.path`);
  yield* validateVolumeFilePath(path, `${field}.path`);
  if (fieldRef) {
    yield* validateFieldRef(fieldRef, volumeFieldPaths, `${field}.fieldRef`);
    if (resourceFieldRef) yield invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
  } else if (resourceFieldRef) yield* validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`, true);
  else yield required(field, 'one of fieldRef and resourceFieldRef is required');
  yield* validateMode(mode, `${field}.mode`);
}
