import type { Pod } from '../pod/types.ts';
import type { KnownFacts, Misconception } from './misconception.ts';
import { outcomeMisconceptions } from './misconceptions-outcome.ts';
import { startMisconceptions } from './misconceptions-start.ts';
import { stopMisconceptions } from './misconceptions-stop.ts';
import { podContainers } from './pod-containers.ts';

/** Those that matter for this Pod, in the order of its life. */
export function misconceptions(pod: Pod, facts: KnownFacts): Misconception[] {
  const containers = podContainers(pod.spec);
  return [...startMisconceptions, ...stopMisconceptions, ...outcomeMisconceptions].flatMap((check) => check(pod, facts, containers) ?? []);
}
