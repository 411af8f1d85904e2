import type { Action, ProbeKind } from '../../src/lifecycle/action.ts';
import { createPodState } from '../../src/lifecycle/create-state.ts';
import type { ReportedRecord, RuntimeReport } from '../../src/lifecycle/create-state.ts';
import type { ContainerExited, Observation } from '../../src/lifecycle/observation.ts';
import type { PodEvent } from '../../src/lifecycle/pass.ts';
import { podWaits } from '../../src/lifecycle/pod-waits.ts';
import { trackOf } from '../../src/lifecycle/state.ts';
import type { LifecycleOptions, PodState } from '../../src/lifecycle/state.ts';
import { step, takeStatus } from '../../src/lifecycle/step.ts';
import { applyDefaults } from '../../src/pod/defaults.ts';
import type { Container, ContainerStatus, Pod, PodSpec, PodStatus } from '../../src/pod/types.ts';

/** How one instance of a container behaves. Times in milliseconds. */
export interface Attempt {
  /** How long it runs by itself; default: for ever. */
  readonly runMs?: number;
  readonly exitCode?: number;
  /** What the stop signal does; default: ends it at once with 143. */
  readonly onStop?: { readonly afterMs: number; readonly exitCode: number } | 'ignore';
  readonly startFails?: boolean;
  readonly createFails?: boolean;
  readonly pullFails?: boolean;
  readonly oomKilled?: boolean;
  /** The termination message. */
  readonly message?: string;
  /** When each probe turns good, since the start; default: at once. `from` and `until` bound it. */
  readonly probes?: Partial<Record<ProbeKind, { readonly from?: number; readonly until?: number }>>;
  readonly postStart?: { readonly ms: number; readonly ok?: boolean };
  readonly preStop?: { readonly ms: number; readonly ok?: boolean };
}

export interface VirtualPodOptions {
  /** By container name; the last attempt repeats. */
  readonly behaviour?: Readonly<Record<string, readonly Attempt[]>>;
  readonly lifecycle?: Partial<LifecycleOptions>;
  /** How long the runtime takes for an action. */
  readonly latencyMs?: (action: Action) => number;
  readonly report?: RuntimeReport;
  readonly startAt?: number;
}

/** How a supervisor dies, and what is left for the next one. */
export interface Death {
  /** How long nobody supervises the Pod. */
  readonly downMs: number;
  /** Whether the last status was kept. */
  readonly keepsStatus: boolean;
  /** How many records of a container the runtime keeps. */
  readonly recordsKept: number;
}

interface Instance {
  readonly name: string;
  readonly id: string;
  readonly attempt: Attempt;
  startedAt: number;
  readonly sandboxID: string;
  readonly restartCount: number;
  readonly image: string;
  state: 'created' | 'running' | 'ended';
  isRemoved: boolean;
  killAt: number;
  finishedAt: number;
  exitCode: number;
}

/** A Pod on a made-up runtime under a virtual clock, driven by the real core. */
export class VirtualPod {
  state: PodState;
  readonly statuses: { readonly t: number; readonly status: PodStatus }[] = [];
  readonly events: (PodEvent & { readonly t: number })[] = [];
  readonly actions: { readonly t: number; readonly action: Action }[] = [];
  readonly instances: Instance[] = [];
  /** How many supervisors died without leaving the last status. */
  statusesLost = 0;
  /** Called after every step: where invariants are checked. */
  onStep: (pod: this) => void = () => undefined;
  now: number;
  readonly #options: VirtualPodOptions;
  readonly #origin: number;
  #queue: { t: number; n: number; run: () => void }[] = [];
  #observed: Observation[] = [];
  #n = 0;
  #finished = false;
  #wakeAt: number | undefined = 0;
  #sandbox: RuntimeReport['sandbox'];
  /** Grows with every death of the supervisor: the answers to what it asked for reach nobody. */
  #epoch = 0;
  #isDown = false;
  #afterwards: Observation[] = [];

  constructor(pod: Pod, options: VirtualPodOptions = {}) {
    this.#options = options;
    this.#origin = options.startAt ?? Date.UTC(2026, 0, 1);
    this.now = this.#origin;
    this.state = createPodState(pod, this.now, options.lifecycle, options.report);
    this.#wakeAt = this.now;
  }

  /** Milliseconds since the beginning. */
  get t(): number {
    return this.now - this.#origin;
  }

  at(t: number, observation: Observation | (() => void)): this {
    this.#schedule(
      this.#origin + t,
      typeof observation === 'function' ? observation : () => (this.#isDown ? this.#afterwards : this.#observed).push(observation),
    );
    return this;
  }

  /** The sandbox dies at `t`, and with it everything that runs in it. */
  loseSandbox(t: number): this {
    return this.at(t, () => {
      this.#sandbox = undefined;
      for (const instance of this.instances) {
        if (instance.state === 'created') instance.state = 'ended';
        this.#end(instance, 137);
      }
      this.#observed.push({ type: 'SandboxLost', id: this.state.sandbox.id });
    });
  }

  /** The supervisor dies at `t`; the next one knows what the runtime reports and what was published. */
  killSupervisor(t: number, death: Death): this {
    return this.at(t, () => {
      if (this.#finished || this.#isDown) return;
      this.#epoch += 1;
      this.#isDown = true;
      // Who asked for SIGKILL does not wait for it any more.
      for (const instance of this.instances) instance.killAt = Infinity;
      if (!death.keepsStatus) this.statusesLost += 1;
      this.#wakeAt = undefined;
      this.#schedule(this.now + death.downMs, () => {
        this.#isDown = false;
        this.#observed = this.#afterwards.splice(0);
        this.#wakeAt = this.now;
        const { pod, options, deletion } = this.state;
        const deleted = deletion && {
          deletionTimestamp: new Date(deletion.requestedAt + deletion.graceSeconds * 1000).toISOString(),
          deletionGracePeriodSeconds: deletion.graceSeconds,
        };
        this.state = createPodState({ ...pod, metadata: { ...pod.metadata, ...deleted } }, this.now, options, this.#report(death));
      });
    });
  }

  #report({ keepsStatus, recordsKept }: Death): RuntimeReport {
    const records: Record<string, ReportedRecord[]> = {};
    for (const instance of this.instances.toReversed()) {
      if (instance.isRemoved) continue;
      const list = (records[instance.name] ??= []);
      if (list.length < recordsKept) list.push(recordOf(instance));
    }
    const { attempt } = this.state.sandbox;
    return { sandbox: this.#sandbox, lastAttempt: attempt, records, status: keepsStatus ? this.statuses.at(-1)?.status : undefined };
  }

  run(untilMs: number): this {
    let stepsNow = 0;
    for (;;) {
      const next = Math.min(this.#queue[0]?.t ?? Infinity, this.#wakeAt ?? Infinity);
      if (next > this.#origin + untilMs || this.#finished) break;
      stepsNow = next > this.now ? 0 : stepsNow + 1;
      if (stepsNow > 1000) throw new Error(`the core does not come to rest at ${this.t} ms`);
      this.now = Math.max(this.now, next);
      while ((this.#queue[0]?.t ?? Infinity) <= this.now) this.#queue.shift()?.run();
      if (!this.#isDown) this.#step();
    }
    return this;
  }

  /** The waiting causes as they are now. */
  waits(): string[] {
    return podWaits(this.state, this.now).map(
      ({ container, cause }) => `${container}: ${cause.kind}${'of' in cause ? ` of ${String(cause.of)}` : ''}`,
    );
  }

  /** What a container showed, in order: `waiting PodInitializing`, `running`, `terminated Error 1`, with its restart count. */
  history(name: string): string[] {
    const shown = this.statuses.map(({ status }) => describe(findStatus(status, name)));
    return shown.filter((text, i) => text !== shown[i - 1]);
  }

  phases(): string[] {
    const shown = this.statuses.map(({ status }) => status.phase);
    return shown.filter((phase, i) => phase !== shown[i - 1]);
  }

  /** `t action container` of every action that changes a container's life. */
  log(): string[] {
    const told = ['StartContainer', 'StopContainer', 'RunHook', 'RunPodSandbox', 'StopPodSandbox', 'RemoveContainer'];
    return this.actions
      .filter(({ action }) => told.includes(action.type))
      .map(({ t, action }) =>
        [t, action.type, 'container' in action ? action.container : '', 'gracePeriodMs' in action ? action.gracePeriodMs : '']
          .join(' ')
          .trim(),
      );
  }

  #step(): void {
    const result = step(this.state, this.now, this.#observed.splice(0));
    this.#finished = result.finished;
    this.events.push(...result.events.map((event) => ({ ...event, t: this.t })));
    const status = takeStatus(this.state, this.now);
    if (status !== undefined) this.statuses.push({ t: this.t, status });
    for (const action of result.actions) {
      this.actions.push({ t: this.t, action });
      this.#perform(action);
    }
    this.#wakeAt = this.#observed.length > 0 ? this.now : result.wakeAt;
    this.onStep(this);
  }

  #perform(action: Action): void {
    const latency = this.#options.latencyMs?.(action) ?? 1;
    const sandboxID = this.state.sandbox.id;
    const epoch = this.#epoch;
    const report = (observation: Observation, after = latency): void =>
      this.#schedule(this.now + after, () => {
        if (epoch !== this.#epoch) return;
        if ('container' in observation && this.state.sandbox.id !== sandboxID && observation.type !== 'ContainerExited') return;
        this.#observed.push(observation);
      });
    switch (action.type) {
      case 'MountVolumes':
        return report({ type: 'VolumesMounted' });
      case 'RunPodSandbox': {
        const sandbox = { id: `sandbox-${action.attempt}`, ips: ['10.0.0.1'], hostIPs: ['192.0.2.1'] };
        this.#sandbox = { ...sandbox, attempt: action.attempt };
        return report({ type: 'SandboxRunning', ...sandbox });
      }
      case 'StopPodSandbox':
        this.#sandbox = undefined;
        return report({ type: 'SandboxStopped' });
      case 'EnsureImage': {
        const { container } = action;
        if (this.#nextAttempt(container).pullFails)
          return report({ type: 'ImageFailed', container, reason: 'ErrImagePull', message: 'no route to registry' });
        return report({ type: 'ImageReady', container, alreadyPresent: true, image: 'image', imageID: 'sha256:1' });
      }
      case 'CreateContainer':
        return this.#create(action.container, action.restartCount, report);
      case 'StartContainer':
        return this.#schedule(this.now + latency, () => this.#start(action.containerID));
      case 'StopContainer':
        return this.#stop(action.containerID, action.gracePeriodMs);
      case 'RemoveContainer':
        this.#schedule(this.now + latency, () => {
          const instance = this.#instance(action.containerID);
          if (instance !== undefined) instance.isRemoved = true;
        });
        return report({ ...action, type: 'ContainerRemoved' });
      case 'RunHook': {
        const behaviour = this.#instance(action.containerID)?.attempt[action.hook] ?? { ms: 0 };
        const { hook, container, containerID } = action;
        const ok = behaviour.ok ?? true;
        return report({ type: 'HookFinished', hook, container, containerID, ok, message: ok ? '' : 'hook failed' }, behaviour.ms + 1);
      }
      case 'RunProbe': {
        const { kind, container, containerID } = action;
        const instance = this.#instance(containerID);
        const since = this.now - (instance?.startedAt ?? this.now);
        const window = instance?.attempt.probes?.[kind];
        const good = since >= (window?.from ?? 0) && since < (window?.until ?? Infinity);
        return report({ type: 'ProbeFinished', kind, container, containerID, result: good ? 'success' : 'failure', output: '' });
      }
    }
  }

  #create(container: string, restartCount: number, report: (observation: Observation) => void): void {
    const attempt = this.#nextAttempt(container);
    if (attempt.createFails)
      return report({ type: 'CreateFailed', container, reason: 'CreateContainerConfigError', message: 'configmap "x" not found' });
    const instance: Instance = {
      name: container,
      id: `${container}-${this.instances.length}`,
      attempt,
      sandboxID: this.state.sandbox.id,
      restartCount,
      image: trackOf(this.state, container).spec.image,
      startedAt: 0,
      state: 'created',
      isRemoved: false,
      killAt: Infinity,
      finishedAt: 0,
      exitCode: 0,
    };
    this.instances.push(instance);
    report({ type: 'ContainerCreated', container, containerID: instance.id });
  }

  #start(containerID: string): void {
    const instance = this.#instance(containerID);
    if (instance === undefined) return;
    const { name: container, attempt } = instance;
    if (instance.state === 'ended' && instance.startedAt === 0) return;
    if (instance.state !== 'created') {
      // A supervisor that has died had it started.
      this.#observed.push({ type: 'ContainerStarted', container, containerID, at: instance.startedAt });
      if (instance.state === 'ended') this.#observed.push(exitOf(instance));
      return;
    }
    if (attempt.startFails) {
      Object.assign(instance, { state: 'ended', finishedAt: this.now, exitCode: 128 });
      this.#observed.push({
        type: 'StartFailed',
        container,
        containerID,
        reason: 'RunContainerError',
        message: 'no such file',
        exitCode: 128,
        at: this.now,
      });
      return;
    }
    instance.state = 'running';
    instance.startedAt = this.now;
    this.#observed.push({ type: 'ContainerStarted', container, containerID, at: this.now });
    if (attempt.runMs !== undefined) this.#schedule(this.now + attempt.runMs, () => this.#end(instance, attempt.exitCode ?? 0));
  }

  #stop(containerID: string, gracePeriodMs: number): void {
    const instance = this.#instance(containerID);
    if (instance?.state !== 'running') return;
    const killAt = this.now + gracePeriodMs;
    if (killAt < instance.killAt) {
      instance.killAt = killAt;
      this.#schedule(killAt, () => {
        if (instance.killAt === killAt) this.#end(instance, 137);
      });
    }
    const onStop = instance.attempt.onStop ?? { afterMs: 0, exitCode: 143 };
    if (onStop !== 'ignore') this.#schedule(this.now + onStop.afterMs, () => this.#end(instance, onStop.exitCode));
  }

  #end(instance: Instance, exitCode: number): void {
    if (instance.state !== 'running') return;
    Object.assign(instance, { state: 'ended', finishedAt: this.now, exitCode });
    this.#observed.push(exitOf(instance));
  }

  #instance(id: string): Instance | undefined {
    return this.instances.find((instance) => instance.id === id);
  }

  #nextAttempt(container: string): Attempt {
    const attempts = this.#options.behaviour?.[container] ?? [{}];
    const made = this.instances.filter(({ name }) => name === container).length;
    return attempts[Math.min(made, attempts.length - 1)] ?? {};
  }

  #schedule(t: number, run: () => void): void {
    this.#queue.push({ t, n: (this.#n += 1), run });
    this.#queue.sort((a, b) => a.t - b.t || a.n - b.n);
  }
}

function exitOf({ id: containerID, name: container, exitCode, startedAt, finishedAt, attempt }: Instance): ContainerExited {
  const reason = {
    ...(attempt.oomKilled ? { reason: 'OOMKilled' } : {}),
    ...(attempt.message === undefined ? {} : { message: attempt.message }),
  };
  return { type: 'ContainerExited', container, containerID, exitCode, startedAt, finishedAt, ...reason };
}

function recordOf({ id, state, restartCount, image, startedAt, finishedAt, exitCode, attempt }: Instance): ReportedRecord {
  const base = { id, restartCount, specImage: image, image: 'image', imageID: 'sha256:1', startedAt, finishedAt };
  if (state !== 'ended') return { ...base, state };
  const reason = startedAt === 0 ? 'StartError' : attempt.oomKilled ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
  return { ...base, state: 'exited', exit: { exitCode, reason, containerID: `containerd://${id}` } };
}

/** A valid, defaulted Pod from the parts of a spec that matter. */
export function podOf(
  spec: Partial<Omit<PodSpec, 'containers' | 'initContainers'>> & {
    containers?: Partial<Container>[];
    initContainers?: Partial<Container>[];
  },
): Pod {
  const named = (containers: Partial<Container>[] | undefined): Partial<Container>[] | undefined =>
    containers?.map((container) => ({ image: 'busybox:1.36', ...container }));
  const { initContainers, containers = [{ name: 'main' }], ...rest } = spec;
  return applyDefaults({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', namespace: 'default', uid: 'uid' },
    spec: { ...rest, ...(initContainers === undefined ? {} : { initContainers: named(initContainers) }), containers: named(containers) },
  });
}

export function findStatus(status: PodStatus, name: string): ContainerStatus | undefined {
  return allStatuses(status).find((candidate) => candidate.name === name);
}

export function allStatuses(status: PodStatus): ContainerStatus[] {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? []), ...(status.ephemeralContainerStatuses ?? [])];
}

function describe(status: ContainerStatus | undefined): string {
  const { waiting, running, terminated } = status?.state ?? {};
  const what =
    terminated !== undefined
      ? `terminated ${terminated.reason} ${terminated.exitCode}`
      : running !== undefined
        ? 'running'
        : `waiting ${waiting?.reason}`;
  return `${what} #${status?.restartCount}`;
}
