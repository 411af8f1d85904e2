import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../engine/clock.ts';
import type { HandlerRunner } from '../engine/handler-runner.ts';
import type { RunListener } from '../engine/run-listener.ts';
import type { PodRuntime, PortMapping, RuntimeListener } from '../engine/runtime-service.ts';
import { logDirectory } from '../logs/directory.ts';
import { namespaceReferences } from '../manifest/references.ts';
import type { ReferenceEnvironment } from '../manifest/references.ts';
import type { Pod } from '../pod/types.ts';
import { admitWorkloads } from './admit.ts';
import { lazyMetrics } from './metrics/lazy-metrics.ts';
import { measuredRuntime } from './metrics/measured-runtime.ts';
import { measuringListener } from './metrics/measuring-listener.ts';
import type { Metrics } from './metrics/metrics.ts';
import { parsePublish, planPublish } from '../network/publish.ts';
import { ApiError, podNotFound } from './api-error.ts';
import type { RunRequest, WatchLine, WireObjects } from './api-types.ts';
import { withClaimLock } from './claim-lock.ts';
import { changeBetween } from './definition.ts';
import { podKey } from './pod-record.ts';
import type { JobProgress, PodRecord } from './pod-record.ts';
import type { PodStore } from './pod-store.ts';
import { planWorkload } from './plan-workload.ts';
import type { WorkloadPlan } from './plan-workload.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { NamedRuntime, RuntimePool } from './runtime-pool.ts';
import { RuntimeNetworks } from './runtime-networks.ts';
import { SharedObjects } from './shared-objects.ts';
import { SupervisedPod } from './supervised-pod.ts';
import { WatchBroadcast } from './watch-broadcast.ts';
import { WorkloadRun } from './workload-run.ts';
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

/**
 * Many Pods on several runtimes, each with a record on disk: who starts after this process has died goes on with them. What a controller
 * would do for a Job is done here too.
 */
export class PodSupervisor {
  readonly broadcast = new WatchBroadcast();
  readonly metrics: Metrics;
  readonly #options: PodSupervisorOptions;
  readonly #pods = new Map<string, SupervisedPod>();
  readonly #runs = new Map<string, WorkloadRun>();
  readonly #objects: SharedObjects;
  readonly #networks: RuntimeNetworks;
  readonly #listener: RunListener;

  constructor(options: PodSupervisorOptions) {
    this.#options = options;
    this.#objects = new SharedObjects(() => [...this.#pods.values()].map(({ record }) => record.objects));
    const { clock, identity, stateDirectory, notice, environment } = options;
    this.metrics = lazyMetrics({ pods: () => this.pods.map(({ pod }) => pod), nodeName: environment.nodeName });
    this.#networks = new RuntimeNetworks({
      clock,
      identity,
      stateDirectory,
      notice,
      pods: () => this.pods,
      objects: () => this.#objects.all,
    });
    this.#listener = this.#fanOut(options.listener);
  }

  /** All that are known: those that run, and ended ones that were not removed. */
  get pods(): readonly SupervisedPod[] {
    return [...this.#pods.values()];
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
    const found = this.#pods.get(`${namespace}/${name}`);
    if (found === undefined) throw podNotFound(name);
    return found;
  }

  /**
   * Makes everything ready to run workloads: their records are on disk. One whose supervisor has died is going to be taken over where its
   * definition allows it.
   *
   * @throws ApiError when one runs already and is not the same, or its runtime must not run it.
   */
  async prepare(request: RunRequest, origin: PodRecord['origin']): Promise<PreparedWorkloads> {
    const { runtimes, store, socketDirectory } = this.#options;
    const named = await runtimes.get(request.runtime, request.options.standIns);
    const warnings = admitWorkloads(named.runtime, request.workloads);
    const published = this.#publish(request);
    const plans = await withClaimLock(socketDirectory, async () => {
      const records = store.readAll();
      const facts = { ...request, origin, runtime: named, identity: this.#options.identity, now: this.#options.clock.now(), published };
      const planned = request.workloads.map((workload) => planWorkload(workload, facts, records, (key) => this.#pods.get(key)));
      await Promise.all(planned.map((plan) => this.#claim(plan)));
      return planned;
    });
    return { warnings, start: () => plans.map((plan) => this.#carryOut(plan)) };
  }

  /** Goes on with every Pod whose supervisor has died, and lists those that have ended. */
  async takeOver(): Promise<void> {
    const { store, socketDirectory, identity } = this.#options;
    const records = await withClaimLock(socketDirectory, async () => {
      const orphans = store.readAll().filter(({ supervisor }) => !isAlive(supervisor));
      // What a foreground run left on a runtime that went down with it is over.
      const gone = orphans.filter(({ origin, outlives, ended }) => origin === 'run' && (ended || !outlives));
      await Promise.all(gone.map(({ pod }) => store.remove(podKey(pod))));
      const kept = orphans.filter((record) => !gone.includes(record)).map((record) => ({ ...record, supervisor: identity }));
      await Promise.all(kept.map((record) => store.write(record)));
      return kept;
    });
    for (const record of records) this.#launch(this.#add(record));
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
    pod.amend({ objects });
    this.#objects.changed();
    this.#networks.changed();
  }

  /** Deletes all. */
  deleteAll(graceSeconds: number | undefined): void {
    for (const run of new Set(this.#runs.values())) run.delete(graceSeconds);
  }

  /** Takes a Pod that has ended from the list; its logs stay. */
  async remove(pod: SupervisedPod): Promise<void> {
    this.#pods.delete(pod.key);
    this.#objects.changed();
    await this.#options.store.remove(pod.key);
    this.broadcast.send({ type: 'DELETED', object: pod.pod });
  }

  /** Forgets a Pod that has ended, with its logs. */
  async forget(pod: SupervisedPod): Promise<void> {
    await this.remove(pod);
    await rm(logDirectory(join(this.#options.stateDirectory, 'logs'), pod.pod, ''), { recursive: true, force: true });
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

  /** By UID of the Pod: ports of the machine that lead to it. */
  #publish({ workloads, options: { publish = [] } }: RunRequest): ReadonlyMap<string, readonly PortMapping[]> {
    const { mappings, problems } = planPublish(
      publish.map(parsePublish),
      workloads.map(({ pod }) => pod),
    );
    if (problems.length > 0) throw new ApiError(422, 'Invalid', problems.join('\n'));
    return mappings;
  }

  /** What the plan is about is this process's from now on. */
  async #claim(plan: WorkloadPlan): Promise<void> {
    if (plan.kind === 'running' || plan.kind === 'suspended') return;
    await this.#options.store.write(plan.kind === 'replace' ? plan.old : plan.record);
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
    if (old.key !== pod.key) await this.remove(old);
    else this.broadcast.send({ type: 'DELETED', object: old.pod });
    this.#pods.set(pod.key, pod);
    this.#objects.changed();
    await this.#options.store.write(pod.record);
    return this.#launch(pod).ended;
  }

  #add(record: PodRecord): SupervisedPod {
    const pod = this.#make(record);
    this.#pods.set(pod.key, pod);
    this.#objects.changed();
    return pod;
  }

  #make(record: PodRecord): SupervisedPod {
    const { clock, handlers, newUID, store, notice } = this.#options;
    return new SupervisedPod(record, {
      clock,
      handlers,
      newUID,
      store,
      notice,
      listener: this.#listener,
      runtime: (pod, reports) => this.#podRuntime(pod, reports),
    });
  }

  #launch(pod: SupervisedPod): StartedWorkload {
    const { clock, notice } = this.#options;
    const { job } = pod.record.workload;
    const isOver = pod.record.ended && (job === undefined || job.done);
    if (isOver) return { pod, ended: Promise.resolve({ pod: pod.pod, requestedAt: undefined }) };
    const run: WorkloadRun = new WorkloadRun(pod, { clock, notice, replace: (failed, progress) => this.#replace(run, failed, progress) });
    this.#runs.set(pod.key, run);
    void pod.run();
    return { pod, ended: run.ended.then((ending) => this.#over(run, ending)) };
  }

  /** A foreground run leaves nothing. */
  async #over(run: WorkloadRun, ending: Ending): Promise<Ending> {
    const own = [...this.#runs].filter(([, other]) => other === run).map(([key]) => key);
    for (const key of own) this.#runs.delete(key);
    if (this.isIdle) this.#options.idle?.();
    const left = own.flatMap((key) => this.#pods.get(key) ?? []).filter(({ record }) => record.origin === 'run');
    await Promise.all(left.map((pod) => this.remove(pod)));
    return ending;
  }

  async #replace(run: WorkloadRun, failed: SupervisedPod, progress: JobProgress): Promise<SupervisedPod> {
    const { newUID, store } = this.#options;
    const { record } = failed;
    const pod = replacement(record.pod, newUID());
    const next = this.#add({ ...record, pod, workload: { ...record.workload, job: progress }, events: [], ended: false });
    await store.write(next.record);
    failed.amend({ workload: { ...record.workload, job: { ...progress, done: true } } });
    this.#runs.set(next.key, run);
    void next.run();
    return next;
  }

  async #podRuntime(pod: SupervisedPod, listener: RuntimeListener): Promise<PodRuntime> {
    const { runtimes, environment } = this.#options;
    const { record } = pod;
    const { runtime } = await runtimes.get(record.runtime, record.options.standIns);
    pod.service = runtime;
    // Its environment tells the addresses of Services.
    const network = await this.#networks.ready(runtime);
    const { namespace } = record.pod.metadata;
    const references = namespaceReferences(
      this.#objects.seenBy(() => pod.record.objects),
      namespace,
      {
        ...environment,
        // Those of another runtime are on another network.
        pods: () => this.pods.filter((other) => other.service === runtime && !other.record.ended).map((other) => other.pod),
        podIP: (other) => network.podIP(other),
        serviceIPs: (service) => network.serviceIPs(service),
        extraHosts: (record.options.hosts ?? []).map(({ name, address }) => ({ ip: address, hostnames: [name] })),
      },
    );
    const measured = measuredRuntime(runtime, (measurement) => this.metrics.measure(measurement));
    return measured.pod(record.pod, references, listener, record.published);
  }

  #fanOut(listener: RunListener): RunListener {
    const measuring = measuringListener((measurement) => this.metrics.measure(measurement));
    return {
      watch: (event) => {
        listener.watch(event);
        measuring.watch(event);
        const { kind } = event.object;
        // It stays listed until it is removed.
        const type: WatchLine['type'] = kind === 'Pod' && event.type === 'DELETED' ? 'MODIFIED' : event.type;
        this.broadcast.send({ type, object: event.object });
        if (kind !== 'Pod') return;
        const run = this.#runs.get(podKey(event.object as Pod));
        // What follows from a change is done after it was told.
        queueMicrotask(() => run?.changed());
        this.#networks.changed();
      },
      output: (pod, line) => listener.output(pod, line),
      waits: (pod, waits) => listener.waits(pod, waits),
      probe: (pod, probe) => {
        listener.probe(pod, probe);
        measuring.probe(pod, probe);
      },
      pull: (pod, container, progress) => listener.pull?.(pod, container, progress),
      ended: (pod) => {
        listener.ended(pod);
        measuring.ended(pod);
      },
    };
  }
}

/** Another Pod of the same template. */
function replacement({ metadata, ...rest }: Pod, uid: string): Pod {
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
