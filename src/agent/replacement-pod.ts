import type { Pod } from '../pod/types.ts';

/** Another Pod of the same template, as a Job's controller creates one after a failed one. */
export function replacementPod({ metadata, ...rest }: Pod, uid: string): Pod {
  const { namespace, labels, annotations, ownerReferences, finalizers, generateName = `${metadata.name}-` } = metadata;
  return {
    ...rest,
    metadata: {
      name: `${generateName}${uid.slice(0, 5)}`,
      generateName,
      namespace,
      uid,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(ownerReferences && { ownerReferences }),
      ...(finalizers && { finalizers }),
    },
    status: { phase: 'Pending' },
  };
}
