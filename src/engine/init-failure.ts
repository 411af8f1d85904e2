import type { LifecycleOptions } from '../lifecycle/state.ts';
import type { Pod } from '../pod/types.ts';

/** The annotation that chooses for one Pod what `--init-failure` chooses for all. */
const initFailureAnnotation = 'outrider/init-failure';

export function annotatedInitFailure({ metadata }: Pod): LifecycleOptions['initFailure'] {
  return metadata.annotations?.[initFailureAnnotation] === 'restart-pod' ? 'restart-pod' : 'restart';
}
