import type { PodPublisher } from '../engine/pod-publisher.ts';
import type { Action } from '../lifecycle/action.ts';
import { apiTime } from '../lifecycle/api-time.ts';
import { createPodState } from '../lifecycle/create-state.ts';
import type { ReportedRecord, RuntimeReport } from '../lifecycle/create-state.ts';
import type { Observation } from '../lifecycle/observation.ts';
import { trackOf } from '../lifecycle/state.ts';
import type { LifecycleOptions, PodState } from '../lifecycle/state.ts';
import { step, takeStatus } from '../lifecycle/step.ts';
import type { Container, Pod } from '../pod/types.ts';
import type { Attempt, Fault, Latencies, StopReaction } from './behaviour.ts';
import type { EventQueue } from './event-queue.ts';
import { simulateProbe } from './simulated-probe.ts';
import { VirtualFiles } from './virtual-files.ts';

export interface SimulatedPodOptions {
  readonly queue: EventQueue;
  readonly latencies: Latencies;
  readonly lifecycle: Partial<LifecycleOptions>;
  /** How the n-th instance of a container behaves, counted from 0. */
  readonly attempt: (container: Container, n: number) => Attempt;
  readonly faults: readonly Fault[];
  /** Undefined: nobody watches, only the end counts. */
  readonly publisher: PodPublisher | undefined;
}

interface Instance {
  readonly id: string;
  readonly name: string;
  readonly attempt: Attempt;
  readonly restartCount: number;
  readonly image: string;
  state: 'created' | 'running' | 'exited';
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  killAt: number;
}

/** One Pod on a made-up runtime under a virtual clock. What decides is the very core that drives real containers. */
export class SimulatedPod {
  readonly #options: SimulatedPodOptions;
  readonly #files = new VirtualFiles();
  readonly #instances: Instance[] = [];
  readonly #made = new Map<string, number>();
  readonly #removed = new Set<string>();
  #state: PodState;
  #now: number;
  #observed: Observation[] = [];
  #wakeAt = -1;
  /** Grows when the supervisor starts again: what was under way is forgotten. */
  #epoch = 0;
  #isFinished = false;
  /** How many container states were entered: created, running, exited. */
  stateChanges = 0;

  constructor(pod: Pod, now: number, options: SimulatedPodOptions) {
    this.#options = options;
    this.#now = now;
    this.#state = createPodState(options.publisher?.pod ?? pod, now, options.lifecycle);
    for (const fault of options.faults) this.#at(now + fault.atMs, () => this.#befall(fault));
    options.publisher?.created(now);
    this.#wake(now);
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  get state(): PodState {
    return this.#state;
  }

  #step(): void {
    if (this.#isFinished) return;
    let again = true;
    while (again) {
      const result = step(this.#state, this.#now, this.#observed.splice(0, 1));
      const { wakeAt, finished } = result;
      this.#options.publisher?.stepped(result, this.#state, this.#now);
      for (const action of result.actions) this.#perform(action);
      this.#isFinished = finished;
      again = !finished && (this.#observed.length > 0 || (wakeAt !== undefined && wakeAt <= this.#now));
      if (!again && wakeAt !== undefined) this.#wake(wakeAt);
    }
    if (!this.#isFinished) return;
    takeStatus(this.#state, this.#now);
    this.#options.publisher?.ended(this.#state.deletion !== undefined, this.#now);
  }

  /** Only the wake that was asked for last counts. */
  #wake(time: number): void {
    if (this.#wakeAt === time) return;
    this.#wakeAt = time;
    this.#at(time, () => {
      if (this.#wakeAt !== time) return;
      this.#wakeAt = -1;
      this.#step();
    });
  }

  #at(time: number, run: () => void): void {
    this.#options.queue.add(time, () => {
      this.#now = time;
      run();
    });
  }

  #observe(observation: Observation): void {
    this.#observed.push(observation);
    this.#step();
  }

  #after(ms: number, observation: Observation): void {
    const { id } = this.#state.sandbox;
    const epoch = this.#epoch;
    this.#at(this.#now + ms, () => {
      if (epoch !== this.#epoch || ('container' in observation && this.#state.sandbox.id !== id)) return;
      this.#observe(observation);
    });
  }

  #perform(action: Action): void {
    const { latencies } = this.#options;
    switch (action.type) {
      case 'MountVolumes':
        return this.#after(0, { type: 'VolumesMounted' });
      case 'RunPodSandbox':
        return this.#after(latencies.sandboxMs, {
          type: 'SandboxRunning',
          id: `sandbox-${action.attempt}`,
          ips: ['10.0.0.1'],
          hostIPs: ['192.0.2.1'],
        });
      case 'StopPodSandbox':
        return this.#after(latencies.startMs, { type: 'SandboxStopped' });
      case 'EnsureImage':
        return this.#pull(action.container);
      case 'CreateContainer':
        return this.#create(action.container, action.restartCount);
      case 'StartContainer':
        return this.#start(action.container, action.containerID);
      case 'StopContainer':
        return this.#stop(action.containerID, action.gracePeriodMs);
      case 'RemoveContainer':
        this.#removed.add(action.containerID);
        return this.#after(0, { type: 'ContainerRemoved', container: action.container, containerID: action.containerID });
      case 'RunHook': {
        const { hook, container, containerID } = action;
        const { takesMs, ok } = this.#find(containerID)?.attempt[hook] ?? { takesMs: 0, ok: true };
        return this.#after(takesMs, { type: 'HookFinished', hook, container, containerID, ok, message: ok ? '' : 'the hook failed' });
      }
      case 'RunProbe': {
        const { kind, container, containerID, probe } = action;
        const instance = this.#find(containerID);
        if (instance === undefined) return;
        const { spec } = trackOf(this.#state, container);
        const outcome = simulateProbe({ kind, probe, container: spec }, instance, this.#files, this.#now, latencies.probeMs);
        return this.#after(outcome.takesMs, {
          type: 'ProbeFinished',
          kind,
          container,
          containerID,
          result: outcome.result,
          output: outcome.output,
        });
      }
    }
  }

  #pull(container: string): void {
    const { spec } = trackOf(this.#state, container);
    const { pullMs, fails } = this.#nextAttempt(container);
    if (pullMs !== undefined) this.#after(0, { type: 'ImagePulling', container });
    if (fails?.at === 'pull') {
      const { reason = spec.imagePullPolicy === 'Never' ? 'ErrImageNeverPull' : 'ErrImagePull', message } = fails;
      return this.#after(pullMs ?? 0, { type: 'ImageFailed', container, reason, message });
    }
    const ready = { type: 'ImageReady' as const, container, alreadyPresent: pullMs === undefined, image: spec.image, imageID: spec.image };
    this.#after(pullMs ?? 0, pullMs === undefined ? ready : { ...ready, durationMs: pullMs });
  }

  #create(container: string, restartCount: number): void {
    const attempt = this.#nextAttempt(container);
    this.#made.set(container, (this.#made.get(container) ?? 0) + 1);
    const { createMs } = this.#options.latencies;
    if (attempt.fails?.at === 'create') {
      return this.#after(createMs, {
        type: 'CreateFailed',
        container,
        reason: 'CreateContainerConfigError',
        message: attempt.fails.message,
      });
    }
    const id = `${container}-${restartCount}`;
    const { image } = trackOf(this.#state, container).spec;
    this.#instances.push({
      id,
      name: container,
      attempt,
      restartCount,
      image,
      state: 'created',
      startedAt: 0,
      finishedAt: 0,
      exitCode: 0,
      killAt: Infinity,
    });
    this.stateChanges += 1;
    this.#after(createMs, { type: 'ContainerCreated', container, containerID: id });
  }

  #start(container: string, containerID: string): void {
    const at = this.#now + this.#options.latencies.startMs;
    const epoch = this.#epoch;
    this.#at(at, () => {
      const instance = this.#find(containerID);
      if (instance?.state !== 'created') return;
      const { fails, runMs, exitCode, files = [] } = instance.attempt;
      this.stateChanges += 1;
      if (fails?.at === 'start') {
        instance.state = 'exited';
        if (epoch === this.#epoch)
          this.#observe({
            type: 'StartFailed',
            container,
            containerID,
            reason: 'RunContainerError',
            message: fails.message,
            exitCode: 128,
            at,
          });
        return;
      }
      instance.state = 'running';
      instance.startedAt = at;
      for (const { atMs, path, exists } of files) this.#at(at + atMs, () => this.#changeFile(instance, path, exists));
      if (runMs !== undefined) this.#at(at + runMs, () => this.#end(instance, exitCode ?? 0));
      if (epoch === this.#epoch) this.#observe({ type: 'ContainerStarted', container, containerID, at });
    });
  }

  #changeFile(instance: Instance, path: string, exists: boolean): void {
    if (instance.state === 'running') this.#files.set(trackOf(this.#state, instance.name).spec, instance.id, path, exists);
  }

  #stop(containerID: string, gracePeriodMs: number): void {
    const instance = this.#find(containerID);
    if (instance?.state !== 'running') return;
    const killAt = this.#now + gracePeriodMs;
    const isFirst = instance.killAt === Infinity;
    if (killAt < instance.killAt) {
      instance.killAt = killAt;
      this.#at(killAt, () => this.#end(instance, 137));
    }
    const reaction = reactionAt(instance.attempt, this.#now - instance.startedAt);
    if (!isFirst || reaction === 'ignore') return;
    const from = Math.max(this.#now, instance.startedAt + (reaction.notBeforeMs ?? 0));
    this.#at(from + reaction.afterMs, () => this.#end(instance, reaction.exitCode));
  }

  #end(instance: Instance, exitCode: number, reason = instance.attempt.reason): void {
    if (instance.state !== 'running') return;
    Object.assign(instance, { state: 'exited', finishedAt: this.#now, exitCode });
    this.stateChanges += 1;
    const { id: containerID, name: container, startedAt, attempt } = instance;
    const message = attempt.message === undefined ? {} : { message: attempt.message };
    this.#observe({
      type: 'ContainerExited',
      container,
      containerID,
      exitCode,
      startedAt,
      finishedAt: this.#now,
      ...(reason === undefined ? {} : { reason }),
      ...message,
    });
  }

  #befall(fault: Fault): void {
    if (this.#isFinished) return;
    switch (fault.kind) {
      case 'delete':
        return this.#observe({ type: 'DeletionRequested', graceSeconds: fault.graceSeconds });
      case 'evict':
        return this.#observe({ type: 'Evicted', message: fault.message });
      case 'reboot':
        return this.#reboot();
      case 'restart-supervisor':
        return this.#restartSupervisor();
      case 'crash':
        return this.#endRunning(fault.container, fault.exitCode, undefined);
      case 'oom-kill':
        return this.#endRunning(fault.container, 137, 'OOMKilled');
      case 'set-image': {
        const pod = structuredClonePod(this.#state.pod);
        for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
          if (container.name === fault.container) container.image = fault.image;
        }
        return this.#observe({ type: 'PodUpdated', pod: this.#options.publisher?.updated(pod) ?? pod });
      }
    }
  }

  #endRunning(name: string, exitCode: number, reason: 'OOMKilled' | undefined): void {
    const instance = this.#instances.findLast((candidate) => candidate.name === name && candidate.state === 'running');
    if (instance !== undefined) this.#end(instance, exitCode, reason);
  }

  #reboot(): void {
    const { id } = this.#state.sandbox;
    for (const instance of this.#instances) {
      if (instance.state === 'created') instance.state = 'exited';
      if (instance.state !== 'running') continue;
      Object.assign(instance, { state: 'exited', finishedAt: this.#now, exitCode: 137 });
      this.stateChanges += 1;
      const { id: containerID, name: container, startedAt } = instance;
      this.#observed.push({ type: 'ContainerExited', container, containerID, exitCode: 137, startedAt, finishedAt: this.#now });
    }
    this.#observe({ type: 'SandboxLost', id });
  }

  /** The new supervisor knows what the runtime reports and what was published, nothing else. */
  #restartSupervisor(): void {
    this.#epoch += 1;
    this.#observed = [];
    const { sandbox, status, pod, options, deletion } = this.#state;
    const records: Record<string, ReportedRecord[]> = {};
    for (const instance of [...this.#instances].reverse()) {
      if (!this.#removed.has(instance.id)) (records[instance.name] ??= []).push(toRecord(instance));
    }
    const running = sandbox.phase === 'ready' ? sandbox : undefined;
    const report: RuntimeReport = { sandbox: running, lastAttempt: sandbox.attempt, records, status };
    const metadata = { ...pod.metadata, ...(deletion && deletionOf(deletion)) };
    this.#state = createPodState({ ...pod, metadata, status }, this.#now, options, report);
    this.#step();
  }

  #find(id: string): Instance | undefined {
    return this.#instances.findLast((instance) => instance.id === id);
  }

  #nextAttempt(container: string): Attempt {
    return this.#options.attempt(trackOf(this.#state, container).spec, this.#made.get(container) ?? 0);
  }
}

function reactionAt({ onStop = [] }: Attempt, sinceMs: number): StopReaction {
  return onStop.findLast(({ fromMs }) => fromMs <= sinceMs)?.stop ?? { afterMs: 0, exitCode: 143 };
}

function toRecord({ id, state, restartCount, image, startedAt, finishedAt, exitCode }: Instance): ReportedRecord {
  const record = { id, state, restartCount, specImage: image, image, imageID: image, startedAt, finishedAt };
  return state === 'exited' ? { ...record, exit: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } } : record;
}

/** As the API shows a deletion that is under way. */
function deletionOf({ requestedAt, graceSeconds }: NonNullable<PodState['deletion']>): Partial<Pod['metadata']> {
  return { deletionTimestamp: apiTime(requestedAt + graceSeconds * 1000), deletionGracePeriodSeconds: graceSeconds };
}

function structuredClonePod(pod: Pod): Pod {
  return JSON.parse(JSON.stringify(pod)) as Pod;
}
