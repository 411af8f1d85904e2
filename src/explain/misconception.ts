import type { Pod } from '../pod/types.ts';
import type { CompletionFacts } from './completion-facts.ts';
import type { FailureFacts } from './failure-facts.ts';
import type { HookFacts } from './hook-facts.ts';
import type { JobFacts } from './job-facts.ts';
import type { PodContainer } from './pod-containers.ts';
import type { ProbeFacts } from './probe-facts.ts';
import type { StopPlan } from './stop-plan.ts';

/** Something that people commonly take for granted, and what holds for this Pod instead: kubelet-lifecycle 13. */
export interface Misconception {
  readonly id: string;
  readonly containers: readonly string[];
  readonly belief: string;
  readonly fact: string;
}

/** What is known of a Pod when its misconceptions are looked for. */
export interface KnownFacts {
  readonly failures: readonly FailureFacts[];
  readonly completion: CompletionFacts;
  readonly job?: JobFacts;
  readonly stop: StopPlan;
  readonly probes: readonly ProbeFacts[];
  readonly hooks: readonly HookFacts[];
}

/** Undefined where it does not matter for the Pod. */
export type Check = (pod: Pod, facts: KnownFacts, containers: readonly PodContainer[]) => Misconception | undefined;
