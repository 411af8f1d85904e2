import { type Errors, invalid } from './field-error.ts';

/** No ".." among the elements. */
export function* validateNoBacksteps(path: string, field: string): Errors {
  if (path.split('/').includes('..')) yield invalid(field, path, "must not contain '..'");
}

/** A path below some folder: relative and without "..". */
export function* validateDescendingPath(path: string, field: string): Errors {
  if (path.startsWith('/')) yield invalid(field, path, 'must be a relative path');
  yield* validateNoBacksteps(path, field);
}

/** A path for a file of a volume: below it, and not beginning with "..", which the kubelet keeps for itself. */
export function* validateVolumeFilePath(path: string, field: string): Errors {
  yield* validateDescendingPath(path, field);
  if (path.startsWith('..') && !path.startsWith('../')) yield invalid(field, path, "must not start with '..'");
}
