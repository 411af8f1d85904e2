import type { Admission } from '../../engine/runtime-service.ts';
import type { Pod } from '../../pod/types.ts';
import { unsupportedProjections } from '../../volumes/unsupported-projections.ts';
import type { ContainerEngine } from './container-engine.ts';

export function admitPod(pod: Pod, engine: ContainerEngine): Admission {
  return { refuse: [], warn: unsupportedProjections(pod) };
}
