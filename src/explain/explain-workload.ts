import type { Workload } from '../manifest/workload.ts';
import type { Pod } from '../pod/types.ts';
import { completionFacts } from './completion-facts.ts';
import type { CompletionFacts } from './completion-facts.ts';
import { failureFacts } from './failure-facts.ts';
import type { FailureFacts } from './failure-facts.ts';
import { hookFacts } from './hook-facts.ts';
import type { HookFacts } from './hook-facts.ts';
import { jobFacts } from './job-facts.ts';
import type { JobFacts } from './job-facts.ts';
import type { Misconception } from './misconception.ts';
import { misconceptions } from './misconceptions.ts';
import { podContainers } from './pod-containers.ts';
import type { ContainerRole } from './pod-containers.ts';
import { probeFacts } from './probe-facts.ts';
import type { ProbeFacts } from './probe-facts.ts';
import { startPlan } from './start-plan.ts';
import type { StartPlan } from './start-plan.ts';
import { stopPlan } from './stop-plan.ts';
import type { StopPlan } from './stop-plan.ts';
import { traditionalSidecars } from './traditional-sidecar.ts';
import type { SidecarReason } from './traditional-sidecar.ts';

/** What a Pod is going to do, as facts that follow from its manifest. Durations and instants are seconds. */
export interface Explanation {
  readonly file: string;
  /** Kind and name of the manifest's object. */
  readonly kind: string;
  readonly name: string;
  readonly restartPolicy: string;
  readonly containers: readonly ContainerFacts[];
  readonly start: StartPlan;
  readonly failures: readonly FailureFacts[];
  readonly completion: CompletionFacts;
  readonly job?: JobFacts;
  readonly stop: StopPlan;
  readonly probes: readonly ProbeFacts[];
  readonly hooks: readonly HookFacts[];
  readonly misconceptions: readonly Misconception[];
}

export interface ContainerFacts {
  readonly name: string;
  readonly role: ContainerRole;
  readonly image: string;
  /** Why a main container probably is a traditional sidecar; empty when nothing, or not enough, speaks for it. */
  readonly sidecarReasons: readonly SidecarReason[];
}

/** Explains the Pod of a valid, defaulted manifest, as a kubelet of Kubernetes 1.36 would run it. */
export function explainWorkload({ kind, name, pod, source, job }: Workload): Explanation {
  const facts = {
    start: startPlan(pod),
    failures: failureFacts(pod),
    completion: completionFacts(pod),
    ...(job && { job: jobFacts(pod, job) }),
    stop: stopPlan(pod),
    probes: probeFacts(pod),
    hooks: hookFacts(pod),
  };
  return {
    file: source.file,
    kind,
    name,
    restartPolicy: pod.spec.restartPolicy,
    containers: containerFacts(pod),
    ...facts,
    misconceptions: misconceptions(pod, facts),
  };
}

function containerFacts(pod: Pod): ContainerFacts[] {
  const likely = new Map(traditionalSidecars(pod).map(({ container, reasons }) => [container, reasons]));
  return podContainers(pod.spec).map(({ name, role, spec }) => ({
    name,
    role,
    image: spec.image,
    sidecarReasons: role === 'main' ? (likely.get(name) ?? []) : [],
  }));
}
