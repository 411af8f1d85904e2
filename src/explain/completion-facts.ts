import { exitDecision } from '../lifecycle/restart-policy.ts';
import type { Pod } from '../pod/types.ts';
import { namesOf, podContainers, withRole } from './pod-containers.ts';
import { traditionalSidecars } from './traditional-sidecar.ts';

/** How the Pod comes to its end by itself: kubelet-lifecycle 6.4 and 7.1. */
export interface CompletionFacts {
  /** Main containers that are started again even after exit code 0: with one of them the Pod never ends by itself. */
  readonly neverEnding: readonly string[];
  /** All of these have to end. */
  readonly main: readonly string[];
  /** Of these, the ones that probably never do. */
  readonly likelySidecars: readonly string[];
  /** Told to stop when the main containers have ended, in this order. */
  readonly sidecars: readonly string[];
  /** Seconds after the Pod's start, image pulls and init containers included; it is Failed then. */
  readonly activeDeadlineSeconds?: number;
}

export function completionFacts(pod: Pod): CompletionFacts {
  const all = podContainers(pod.spec);
  const main = withRole(all, 'main');
  const { activeDeadlineSeconds } = pod.spec;
  return {
    neverEnding: namesOf(main.filter(({ spec }) => exitDecision(pod, spec, 0) !== 'stay')),
    main: namesOf(main),
    likelySidecars: traditionalSidecars(pod).map(({ container }) => container),
    sidecars: namesOf(withRole(all, 'sidecar')).reverse(),
    ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
  };
}
