import type { Workload } from '../manifest/workload.ts';
import type { WireObjects } from './api-types.ts';
import { changeBetween, definitionOf } from './definition.ts';
import { isOver } from './plan-workload.ts';
import type { PodSupervisor } from './pod-supervisor.ts';
import type { SupervisedPod } from './supervised-pod.ts';

/** What the files of a folder want to run now. */
export interface StaticWorkloads {
  readonly workloads: readonly Workload[];
  readonly objects: WireObjects;
  /** Files that say what images are on the process runtime. */
  readonly standIns: readonly string[];
}

/**
 * Keeps the static Pods of a supervisor as files want them: what is new runs, what is gone ends, what has changed ends and begins anew,
 * but for what a running Pod takes over. One workload at a time has one thing done.
 */
export class StaticPods {
  readonly #supervisor: PodSupervisor;
  readonly #notice: (line: string) => void;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #beginning = new Set<Promise<void>>();
  #isClosed = false;
  #wanted = new Map<string, Workload>();
  #files: StaticWorkloads = { workloads: [], objects: noObjects, standIns: [] };

  constructor(supervisor: PodSupervisor, notice: (line: string) => void) {
    this.#supervisor = supervisor;
    this.#notice = notice;
  }

  /** What is wanted from now on. Of two of one name the first one counts. */
  set(files: StaticWorkloads): void {
    this.#files = files;
    this.#wanted = new Map([...files.workloads].reverse().map((workload) => [identityOf(workload), workload]));
    const present = this.#static().map((pod) => identityOf(pod.record.workload));
    for (const identity of new Set([...present, ...this.#wanted.keys()])) this.#look(identity);
  }

  /** Nothing more is begun or ended; resolves when what was being begun has begun. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#beginning);
  }

  /** Until nothing is to be done any more; for a workload that is looked at already, that look goes on. */
  #look(identity: string): void {
    if (this.#busy.has(identity)) return;
    const look = this.#reconcile(identity)
      .catch((error: unknown) => this.#notice(`${identity}: ${(error as Error).message}`))
      .finally(() => this.#busy.delete(identity));
    this.#busy.set(identity, look);
  }

  async #reconcile(identity: string): Promise<void> {
    while (!this.#isClosed) {
      const wanted = this.#wanted.get(identity);
      const all = this.#static().filter(({ record }) => identityOf(record.workload) === identity);
      const newest = all.at(-1);
      if (newest === undefined) {
        if (wanted === undefined) return;
        await this.#begin(wanted);
        if (this.#wanted.get(identity) === wanted) return;
      } else if (wanted !== undefined && this.#isAsWanted(newest, wanted)) return;
      else {
        this.#supervisor.delete(newest, undefined);
        await this.#supervisor.over(newest);
        for (const pod of all) await this.#supervisor.forget(pod);
      }
    }
  }

  #begin(workload: Workload): Promise<void> {
    const beginning = this.#run(workload).finally(() => this.#beginning.delete(beginning));
    this.#beginning.add(beginning);
    return beginning;
  }

  async #run(workload: Workload): Promise<void> {
    const { objects, standIns } = this.#files;
    const { warnings, start } = await this.#supervisor.prepare({ workloads: [workload], objects, options: { standIns } }, 'static');
    for (const warning of warnings) this.#notice(warning);
    start();
  }

  /** Also makes it so where that takes no new Pod. */
  #isAsWanted(pod: SupervisedPod, wanted: Workload): boolean {
    const { record } = pod;
    const definition = definitionOf(wanted);
    const change = changeBetween(record.definition, definition);
    // What has completed stays so; what was ended when the agent was stopped runs again.
    if (isOver(record)) return change === 'none' && pod.pod.metadata.deletionTimestamp === undefined;
    if (change === 'replace' || pod.pod.metadata.deletionTimestamp !== undefined) return false;
    if (change === 'update') pod.update(wanted.pod.spec, definition);
    if (JSON.stringify(record.objects) !== JSON.stringify(this.#files.objects)) this.#supervisor.setObjects(pod, this.#files.objects);
    return true;
  }

  /** In the order of their creation. */
  #static(): SupervisedPod[] {
    return this.#supervisor.pods.filter(({ record }) => record.origin === 'static');
  }
}

const noObjects: WireObjects = { configMaps: [], secrets: [], services: [], persistentVolumeClaims: [] };

function identityOf({ kind, namespace, name }: Pick<Workload, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}
