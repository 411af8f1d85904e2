import { exitCodes, Failure } from '../failure.ts';

/** One side of `cp`. */
export type FileSpec =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'pod'; readonly namespace: string | undefined; readonly pod: string; readonly path: string };

/** Reads `[[NAMESPACE/]POD:]PATH`, as `kubectl cp` takes it. A local path with a colon in it begins with `./` or `/`. */
export function parseFileSpec(text: string): FileSpec {
  const colon = /^[./]/.test(text) ? -1 : text.indexOf(':');
  const path = text.slice(colon + 1);
  if (path === '') throw usage('filepath can not be empty');
  if (colon === -1) return { kind: 'local', path };
  const names = text.slice(0, colon).split('/');
  const [namespace, pod] = names.length === 1 ? [undefined, names[0]] : names;
  if (!pod || names.length > 2) throw usage('filespec must match the canonical format: [[namespace/]pod:]file/path');
  return { kind: 'pod', namespace, pod, path };
}

function usage(message: string): Failure {
  return new Failure(message, { exitCode: exitCodes.usage });
}
