import type { Clock } from '../engine/clock.ts';
import type { HandlerRunner } from '../engine/handler-runner.ts';
import type { RunListener } from '../engine/run-listener.ts';
import type { ReferenceEnvironment } from '../manifest/references.ts';
import type { PodStore } from './pod-store.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { RuntimePool } from './runtime-pool.ts';
import type { SupervisedPod } from './supervised-pod.ts';
import type { Ending } from './workload-run.ts';

export interface PodSupervisorOptions {
  readonly identity: ProcessIdentity;
  readonly stateDirectory: string;
  readonly socketDirectory: string;
  readonly store: PodStore;
  readonly runtimes: RuntimePool;
  readonly handlers: HandlerRunner;
  readonly clock: Clock;
  readonly newUID: () => string;
  /** Hears everything of every Pod. */
  readonly listener: RunListener;
  /** One line for the person. */
  readonly notice: (line: string) => void;
  readonly environment: Pick<ReferenceEnvironment, 'nodeName' | 'allocatable'>;
  /** Nothing runs any more. */
  readonly idle?: () => void;
}

/** What is about to run. */
export interface PreparedWorkloads {
  /** Of the runtime, one line each. */
  readonly warnings: readonly string[];
  /** To be called once. */
  readonly start: () => StartedWorkload[];
}

/** A workload that runs now. */
export interface StartedWorkload {
  /** Its Pod, of a Job the first one; undefined for a Job that is suspended. */
  readonly pod: SupervisedPod | undefined;
  /** Settles when it is over. */
  readonly ended: Promise<Ending>;
}
