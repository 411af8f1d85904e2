import type { Api, KeyToPath } from '../types.ts';
import { validateDownwardApiFile } from './downward-api.ts';
import { type Errors, forbidden, invalid, required } from './field-error.ts';
import { validateVolumeFilePath } from './paths.ts';
import { validateKeyToPath, validateMode } from './volume-sources.ts';

const maxTokenSeconds = 2 ** 32;

/** Several sources in one folder; no two of them may write the same file. */
export function* validateProjected({ defaultMode, sources }: Api<'ProjectedVolumeSource'>, field: string): Errors {
  yield* validateMode(defaultMode, `${field}.defaultMode`);
  const paths = new Set<string>();
  for (const [i, source] of sources.entries()) {
    const path = `${field}.sources[${i}]`;
    yield* validateSource(source, paths, path, field);
    if (Object.values(source).filter(Boolean).length > 1) yield forbidden(path, 'may not specify more than 1 volume type per source');
  }
}

function* validateSource(source: Api<'VolumeProjection'>, paths: Set<string>, path: string, field: string): Errors {
  const { secret, configMap, downwardAPI, serviceAccountToken: token } = source;
  if (secret) yield* validateKeys(secret, paths, `${path}.secret`, field);
  if (configMap) yield* validateKeys(configMap, paths, `${path}.configMap`, field);
  for (const file of downwardAPI?.items ?? []) {
    yield* validateDownwardApiFile(file, `${path}.downwardAPI`);
    if (file.path !== '') yield* validateUnique(file.path, paths, field);
  }
  if (token) yield* validateToken(token, `${path}.serviceAccountToken`, field);
}

function* validateKeys(
  { name = '', items = [] }: { readonly name?: string; readonly items?: readonly KeyToPath[] },
  paths: Set<string>,
  path: string,
  field: string,
): Errors {
  if (name === '') yield required(`${path}.name`);
  for (const [i, item] of items.entries()) {
    yield* validateKeyToPath(item, `${path}.items[${i}]`);
    if (item.path !== '') yield* validateUnique(item.path, paths, field, name);
  }
}

/** `shown` is what the message gives as the value: the name of an object rather than the path. */
function* validateUnique(path: string, paths: Set<string>, field: string, shown = path): Errors {
  if (paths.has(path)) yield invalid(field, shown, 'conflicting duplicate paths');
  paths.add(path);
}

function* validateToken({ expirationSeconds = 0, path }: Api<'ServiceAccountTokenProjection'>, tokenField: string, field: string): Errors {
  const expiration = `${tokenField}.expirationSeconds`;
  if (expirationSeconds < 600) yield invalid(expiration, expirationSeconds, 'may not specify a duration less than 10 minutes');
  if (expirationSeconds > maxTokenSeconds)
    yield invalid(expiration, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
  if (path === '') yield required(`${field}.path`);
  else yield* validateVolumeFilePath(path, `${field}.path`);
}
