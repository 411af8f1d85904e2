import type { RunListener } from '../engine/run-listener.ts';
import type { RunRequest, WireObjects } from './api-types.ts';
import { claimOrphans, claimWorkloads } from './claim-workloads.ts';
import { changeBetween } from './definition.ts';
import { lazyMetrics } from './metrics/lazy-metrics.ts';
import type { Metrics } from './metrics/metrics.ts';
import { isOver } from './plan-workload.ts';
import type { WorkloadPlan } from './plan-workload.ts';
import { podKey } from './pod-record.ts';
import type { JobProgress, PodRecord } from './pod-record.ts';
import { PodRegistry } from './pod-registry.ts';
import { makePodRuntime } from './pod-runtime.ts';
import { replacementPod } from './replacement-pod.ts';
import { RuntimeNetworks } from './runtime-networks.ts';
import type { NamedRuntime } from './runtime-pool.ts';
import { SupervisedPod } from './supervised-pod.ts';
import { supervisorListener } from './supervisor-listener.ts';
import type { PodSupervisorOptions, PreparedWorkloads, StartedWorkload } from './supervisor-options.ts';
import { WatchBroadcast } from './watch-broadcast.ts';
import { WorkloadRun } from './workload-run.ts';
import type { Ending } from './workload-run.ts';

/**
 * Many Pods on several runtimes, each with a record on disk: who starts after this process has died goes on with them. What a controller
 * would do for a Job is done here too.
 */
export class PodSupervisor {
  readonly broadcast = new WatchBroadcast();
  readonly metrics: Metrics;
  readonly #options: PodSupervisorOptions;
  readonly #pods: PodRegistry;
  readonly #runs = new Map<string, WorkloadRun>();
  readonly #networks: RuntimeNetworks;
  readonly #listener: RunListener;
  #deletion: { readonly graceSeconds: number | undefined } | undefined;

  constructor(options: PodSupervisorOptions) {
    this.#options = options;
    this.#pods = new PodRegistry({ ...options, broadcast: this.broadcast });
    const { clock, identity, stateDirectory, notice, environment } = options;
    this.metrics = lazyMetrics({ pods: () => this.pods.map(({ pod }) => pod), nodeName: environment.nodeName });
    this.#networks = new RuntimeNetworks({
      clock,
      identity,
      stateDirectory,
      notice,
      pods: () => this.pods,
      objects: () => this.#pods.objects.all,
    });
    this.#listener = supervisorListener({
      listener: options.listener,
      measure: (measurement) => this.metrics.measure(measurement),
      send: (line) => this.broadcast.send(line),
      changed: (pod) => {
        this.#runs.get(podKey(pod))?.changed();
        this.#networks.changed();
      },
    });
  }

  /** All that are known: those that run, and ended ones that were not removed. */
  get pods(): readonly SupervisedPod[] {
    return this.#pods.all;
  }

  /** Those that were used so far. */
  get runtimes(): readonly NamedRuntime[] {
    return this.#options.runtimes.all();
  }

  /** Whether nothing runs. */
  get isIdle(): boolean {
    return this.#runs.size === 0;
  }

  /** @throws ApiError when there is none. */
  find(namespace: string, name: string): SupervisedPod {
    return this.#pods.find(namespace, name);
  }

  /**
   * Makes everything ready to run workloads: their records are on disk. One whose supervisor has died is going to be taken over where its
   * definition allows it.
   *
   * @throws ApiError when one runs already and is not the same, or its runtime must not run it.
   */
  async prepare(request: RunRequest, origin: PodRecord['origin']): Promise<PreparedWorkloads> {
    const { runtimes, clock } = this.#options;
    const runtime = await runtimes.get(request.runtime, request.options.standIns);
    const facts = { origin, runtime, now: clock.now() };
    const { plans, warnings } = await claimWorkloads(this.#options, request, facts, (key) => this.#pods.get(key));
    return { warnings, start: () => plans.map((plan) => this.#carryOut(plan)) };
  }

  /** Goes on with every Pod whose supervisor has died, and lists those that have ended. */
  async takeOver(): Promise<void> {
    for (const record of await claimOrphans(this.#options)) this.#launch(this.#add(record));
  }

  /** Deletes a Pod. Undefined: its own grace period. Again with fewer seconds, it shortens what is under way. */
  delete(pod: SupervisedPod, graceSeconds: number | undefined): void {
    const run = this.#runs.get(pod.key);
    if (run === undefined) pod.delete(graceSeconds);
    else run.delete(graceSeconds);
  }

  /** Settles when the Pod's workload is over: at once for one that is. */
  async over(pod: SupervisedPod): Promise<void> {
    await this.#runs.get(pod.key)?.ended;
  }

  /** Other objects are what the Pod refers to from now on. */
  setObjects(pod: SupervisedPod, objects: WireObjects): void {
    this.#pods.setObjects(pod, objects);
    this.#networks.changed();
  }

  /** Deletes all, and what would follow them. */
  deleteAll(graceSeconds: number | undefined): void {
    this.#deletion = { graceSeconds };
    for (const run of new Set(this.#runs.values())) run.delete(graceSeconds);
  }

  /** Forgets a Pod that has ended, with its logs. */
  forget(pod: SupervisedPod): Promise<void> {
    return this.#pods.forget(pod);
  }

  /**
   * Lets go of all Pods: those on a runtime that outlives this process go on, the others are ended with their grace periods and go on
   * when they are taken over.
   */
  async release(): Promise<void> {
    const { store, runtimes } = this.#options;
    await Promise.all(this.pods.map((pod) => pod.letGo()));
    this.#networks.release();
    await store.flush();
    await Promise.all(runtimes.all().map(({ runtime }) => runtime.release()));
  }

  /** Deletes all Pods, and resolves when they have ended. */
  async stop(): Promise<void> {
    const runs = [...new Set(this.#runs.values())];
    this.deleteAll(undefined);
    await Promise.all(runs.map(({ ended }) => ended));
    await this.release();
  }

  /** Ends everything of every Pod at once. */
  async close(): Promise<void> {
    const { runtimes, store } = this.#options;
    for (const pod of this.pods) pod.release();
    await this.#networks.close();
    await Promise.all(runtimes.all().map(({ runtime }) => runtime.close()));
    await Promise.all(this.pods.map(({ key }) => store.remove(key)));
  }

  #carryOut(plan: WorkloadPlan): StartedWorkload {
    switch (plan.kind) {
      case 'suspended':
        this.#options.notice(`Job ${plan.name} is suspended (spec.suspend): its Pod is not created`);
        return { pod: undefined, ended: Promise.resolve({ pod: plan.pod, requestedAt: undefined }) };
      case 'running':
        if (changeBetween(plan.pod.record.definition, plan.definition) === 'update') plan.pod.update(plan.spec, plan.definition);
        return {
          pod: plan.pod,
          ended: this.#runs.get(plan.pod.key)?.ended ?? plan.pod.ended.then((pod) => ({ pod, requestedAt: undefined })),
        };
      case 'fresh':
        return this.#launch(this.#add(plan.record));
      case 'resume': {
        const pod = this.#add(plan.record);
        const started = this.#launch(pod);
        if (changeBetween(plan.record.definition, plan.definition) === 'update') pod.update(plan.spec, plan.definition);
        return started;
      }
      case 'replace': {
        const old = this.#add(plan.old);
        const { ended } = this.#launch(old);
        this.delete(old, undefined);
        const pod = this.#make(plan.record);
        return { pod, ended: ended.then(() => this.#succeed(old, pod)) };
      }
    }
  }

  /** The old Pod has ended; the new one takes its place. */
  async #succeed(old: SupervisedPod, pod: SupervisedPod): Promise<Ending> {
    if (old.key !== pod.key) await this.#pods.remove(old);
    this.#pods.add(pod);
    await this.#options.store.write(pod.record);
    return this.#launch(pod).ended;
  }

  #add(record: PodRecord): SupervisedPod {
    const pod = this.#make(record);
    this.#pods.add(pod);
    return pod;
  }

  #make(record: PodRecord): SupervisedPod {
    const { clock, handlers, newUID, store, notice, runtimes, environment } = this.#options;
    return new SupervisedPod(record, {
      clock,
      handlers,
      newUID,
      store,
      notice,
      listener: this.#listener,
      runtime: (pod, reports) =>
        makePodRuntime(pod, reports, {
          runtimes,
          networks: this.#networks,
          objects: this.#pods.objects,
          environment,
          pods: () => this.pods,
          measure: (measurement) => this.metrics.measure(measurement),
        }),
    });
  }

  #launch(pod: SupervisedPod): StartedWorkload {
    const { clock, notice } = this.#options;
    if (isOver(pod.record)) return { pod, ended: Promise.resolve({ pod: pod.pod, requestedAt: undefined }) };
    const run: WorkloadRun = new WorkloadRun(pod, { clock, notice, replace: (failed, progress) => this.#replace(run, failed, progress) });
    this.#runs.set(pod.key, run);
    void pod.run();
    if (this.#deletion !== undefined) run.delete(this.#deletion.graceSeconds);
    return { pod, ended: run.ended.then((ending) => this.#over(run, ending)) };
  }

  /** A foreground run leaves nothing. */
  async #over(run: WorkloadRun, ending: Ending): Promise<Ending> {
    const own = [...this.#runs].filter(([, other]) => other === run).map(([key]) => key);
    for (const key of own) this.#runs.delete(key);
    if (this.isIdle) this.#options.idle?.();
    const left = own.flatMap((key) => this.#pods.get(key) ?? []).filter(({ record }) => record.origin === 'run');
    await Promise.all(left.map((pod) => this.#pods.remove(pod)));
    return ending;
  }

  async #replace(run: WorkloadRun, failed: SupervisedPod, progress: JobProgress): Promise<SupervisedPod> {
    const { newUID, store } = this.#options;
    const { record } = failed;
    const pod = replacementPod(record.pod, newUID());
    const next = this.#add({ ...record, pod, workload: { ...record.workload, job: progress }, events: [], ended: false });
    await store.write(next.record);
    failed.amend({ workload: { ...record.workload, job: { ...progress, done: true } } });
    this.#runs.set(next.key, run);
    void next.run();
    return next;
  }
}
