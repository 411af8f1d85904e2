import type { Pod } from './types.ts';

/** `name_namespace(uid)`: how the kubelet names a Pod in its messages. */
export function formatPod({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
}
