import { conform } from '../pod/conform.ts';
import type { ObjectMeta } from '../pod/types.ts';

/** Metadata as the API server completes it: the namespace is `default` where none is given. */
export function completeMetadata(metadata: Partial<ObjectMeta> | undefined): ObjectMeta {
  const complete = conform('ObjectMeta', metadata);
  complete.namespace ||= 'default';
  return complete;
}
