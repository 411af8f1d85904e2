import { isNegative, parseQuantity } from '../quantity.ts';
import type { Api, KeyToPath } from '../types.ts';
import { validateClaimTemplate } from './claim-template.ts';
import { type Errors, forbidden, invalid, notSupported, required } from './field-error.ts';
import { validateDescendingPath, validateNoBacksteps, validateVolumeFilePath } from './paths.ts';
import { validatePullPolicy } from './pull-policy.ts';

export function* validateEmptyDir({ sizeLimit }: Api<'EmptyDirVolumeSource'>, field: string): Errors {
  const limit = parseQuantity(sizeLimit ?? '0');
  if (limit && isNegative(limit)) yield forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity');
}

export function* validateHostPath({ path, type }: Api<'HostPathVolumeSource'>, field: string): Errors {
  const types = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
  if (path === '') {
    yield required(`${field}.path`);
    return;
  }
  yield* validateNoBacksteps(path, `${field}.path`);
  if (type !== undefined && !types.includes(type)) yield notSupported(`${field}.type`, type, types);
}

export function* validateGitRepo({ repository, directory = '' }: Api<'GitRepoVolumeSource'>, field: string): Errors {
  if (repository === '') yield required(`${field}.repository`);
  yield* validateDescendingPath(directory, `${field}.directory`);
}

export function* validateSecret({ secretName, defaultMode, items }: Api<'SecretVolumeSource'>, field: string): Errors {
  if (!secretName) yield required(`${field}.secretName`);
  yield* validateMode(defaultMode, `${field}.defaultMode`);
  yield* validateItems(items, `${field}.items`);
}

export function* validateConfigMap({ name, defaultMode, items }: Api<'ConfigMapVolumeSource'>, field: string): Errors {
  if (!name) yield required(`${field}.name`);
  yield* validateMode(defaultMode, `${field}.defaultMode`);
  yield* validateItems(items, `${field}.items`);
}

export function* validatePersistentVolumeClaim({ claimName }: Api<'PersistentVolumeClaimVolumeSource'>, field: string): Errors {
  if (claimName === '') yield required(`${field}.claimName`);
}

export function* validateEphemeral({ volumeClaimTemplate }: Api<'EphemeralVolumeSource'>, field: string): Errors {
  if (!volumeClaimTemplate) yield required(`${field}.volumeClaimTemplate`);
  else yield* validateClaimTemplate(volumeClaimTemplate, `${field}.volumeClaimTemplate`);
}

export function* validateImage({ reference, pullPolicy = '' }: Api<'ImageVolumeSource'>, field: string): Errors {
  if (!reference) yield required(`${field}.reference`);
  yield* validatePullPolicy(pullPolicy, `${field}.pullPolicy`);
}

/** The keys that become files of a volume. */
function* validateItems(items: readonly KeyToPath[] = [], field: string): Errors {
  for (const [i, item] of items.entries()) yield* validateKeyToPath(item, `${field}[${i}]`);
}

export function* validateKeyToPath({ key, path, mode }: KeyToPath, field: string): Errors {
  if (key === '') yield required(`${field}.key`);
  if (path === '') yield required(`${field}.path`);
  yield* validateVolumeFilePath(path, `${field}.path`);
  yield* validateMode(mode, `${field}.mode`);
}

/** The permissions of a file, in octal at most 0777. */
export function* validateMode(mode: number | undefined, field: string): Errors {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  yield invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive');
}
