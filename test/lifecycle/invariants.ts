import { hasSucceeded, isStarted } from '../../src/lifecycle/state.ts';
import type { PodSpec } from '../../src/pod/types.ts';
import type { Story } from './arbitrary-pod.ts';
import { VirtualPod, allStatuses } from './virtual-pod.ts';

/** Runs a story to its end or for `untilMs` and checks after every step what must hold for every Pod. */
export function runStory(story: Story, untilMs: number): VirtualPod {
  let n = 0;
  const pod = new VirtualPod(story.pod, {
    behaviour: story.behaviour,
    latencyMs: () => story.latenciesMs[n++ % story.latenciesMs.length] ?? 0,
  });
  for (const fault of story.faults) addFault(pod, fault);
  const check = new Invariants();
  pod.onStep = () => check.after(pod);
  return pod.run(untilMs);
}

function addFault(pod: VirtualPod, fault: Story['faults'][number]): void {
  switch (fault.kind) {
    case 'delete':
      pod.at(fault.t, { type: 'DeletionRequested', graceSeconds: fault.graceSeconds });
      break;
    case 'lose-sandbox':
      pod.loseSandbox(fault.t);
      break;
    case 'kill-supervisor':
      pod.killSupervisor(fault.t, fault);
      break;
    case 'evict':
      pod.at(fault.t, { type: 'Evicted', message: 'too much' });
      break;
    case 'debug':
      update(pod, fault.t, (spec) => {
        const name = `debugger${spec.ephemeralContainers?.length ?? 0}`;
        spec.ephemeralContainers = [...(spec.ephemeralContainers ?? []), { name, image: 'busybox:1.36', ...fault.target }];
      });
      break;
    case 'new-image':
      update(pod, fault.t, (spec) => {
        const all = [...(spec.initContainers ?? []), ...spec.containers];
        const changed = all[fault.container % all.length];
        if (changed !== undefined) changed.image = 'busybox:2';
      });
  }
}

function update(pod: VirtualPod, t: number, change: (spec: PodSpec) => void): void {
  pod.at(t, () => {
    const spec = structuredClone(pod.state.pod.spec);
    change(spec);
    pod.at(pod.t, { type: 'PodUpdated', pod: { ...pod.state.pod, spec } });
  });
}

class Invariants {
  #actionsSeen = 0;
  #statusesSeen = 0;
  #statusesLost = 0;
  #deleted = false;
  readonly #startedOnce = new Set<string>();
  #epoch = '';
  readonly #restartCounts = new Map<string, number>();
  #terminal: string | undefined;
  readonly #removed = new Set<string>();

  after(pod: VirtualPod): void {
    this.#beginEpoch(pod);
    for (const track of pod.state.containers) if (isStarted(track)) this.#startedOnce.add(track.name);
    this.#oneLiveInstance(pod);
    this.#newActions(pod);
    this.#initRunsOnce(pod);
    this.#newStatuses(pod);
    this.#waitsNameTheirCause(pod);
    this.#deleted = pod.state.deletion !== undefined;
  }

  /** A new sandbox or a restart of all containers begins the initialization again. */
  #beginEpoch(pod: VirtualPod): void {
    const removed = pod.actions.filter(({ action }) => action.type === 'RemoveContainer').length;
    const epoch = `${pod.state.sandbox.attempt} ${removed}`;
    if (epoch !== this.#epoch) this.#startedOnce.clear();
    this.#epoch = epoch;
  }

  #oneLiveInstance(pod: VirtualPod): void {
    const ephemeral = pod.instances.filter(({ name, startedAt }) => name.startsWith('debugger') && startedAt > 0).map(({ name }) => name);
    assert(new Set(ephemeral).size === ephemeral.length, () => `an ephemeral container is started twice: ${ephemeral.join(' ')}`);
    const live = pod.instances.filter(({ state }) => state === 'running').map(({ name }) => name);
    assert(new Set(live).size === live.length, () => `two live instances of one container: ${live.join(' ')}`);
  }

  /** Of those that were started in this sandbox and were not removed since. */
  #initRunsOnce(pod: VirtualPod): void {
    const kinds = new Map(pod.state.containers.map(({ name, kind }) => [name, kind]));
    const { id } = pod.state.sandbox;
    for (const instance of pod.instances) {
      const { id: containerID, name, sandboxID, startedAt, exitCode, state, attempt } = instance;
      if (kinds.get(name) !== 'init' || sandboxID !== id || startedAt === 0 || this.#removed.has(containerID)) continue;
      if (state !== 'ended' || exitCode !== 0 || attempt.oomKilled === true) continue;
      const again = pod.instances.slice(pod.instances.indexOf(instance) + 1).find((other) => other.name === name && other.sandboxID === id);
      assert(again === undefined, () => `${name} is made again at ${pod.t} after it completed`);
    }
  }

  #newActions(pod: VirtualPod): void {
    for (const { t, action } of pod.actions.slice(this.#actionsSeen)) {
      if (action.type === 'RemoveContainer') this.#removed.add(action.containerID);
      if (action.type === 'EnsureImage') {
        assert(!this.#deleted, () => `${action.container} is started at ${t} after the deletion`);
        this.#mainsAfterInit(pod, action.container, t);
      }
      if (action.type === 'StopContainer' && action.gracePeriodMs > 2000) this.#sidecarsLast(pod, action.container, t);
    }
    this.#actionsSeen = pod.actions.length;
  }

  #mainsAfterInit({ state }: VirtualPod, name: string, t: number): void {
    const track = state.containers.find((candidate) => candidate.name === name);
    if (track?.kind !== 'regular' || track.record?.sandboxID === state.sandbox.id) return;
    const mainRan = state.containers.some(
      ({ kind, record, start }) => kind === 'regular' && record?.sandboxID === state.sandbox.id && start === undefined,
    );
    if (mainRan) return;
    for (const entry of state.containers) {
      if (entry.kind === 'init') assert(hasSucceeded(entry), () => `${name} starts at ${t} before ${entry.name} completed`);
      if (entry.kind === 'sidecar') assert(this.#startedOnce.has(entry.name), () => `${name} starts at ${t} before ${entry.name} started`);
    }
  }

  #sidecarsLast({ state }: VirtualPod, name: string, t: number): void {
    if (state.termination === undefined) return;
    const index = state.containers.findIndex((candidate) => candidate.name === name);
    if (state.containers[index]?.kind !== 'sidecar' || state.containers[index].stop?.ordered === false) return;
    const before = state.containers.filter(
      ({ kind, record }, i) => record?.state === 'running' && (kind === 'regular' || (kind === 'sidecar' && i > index)),
    );
    const next = state.containers.slice(index + 1).find(({ kind }) => kind === 'sidecar');
    const blocking = before.filter((other) => other.kind === 'regular' || other === next);
    assert(blocking.length === 0, () => `${name} is told to stop at ${t} while ${blocking.map((other) => other.name).join(' ')} runs`);
  }

  #newStatuses(pod: VirtualPod): void {
    if (pod.statusesLost > this.#statusesLost) this.#restartCounts.clear();
    this.#statusesLost = pod.statusesLost;
    for (const { status } of pod.statuses.slice(this.#statusesSeen)) {
      for (const { name, restartCount } of allStatuses(status)) {
        assert(restartCount >= (this.#restartCounts.get(name) ?? 0), () => `restartCount of ${name} falls`);
        this.#restartCounts.set(name, restartCount);
      }
      assert(this.#terminal === undefined || status.phase === this.#terminal, () => 'a terminal phase changes');
      if (status.phase === 'Succeeded' || status.phase === 'Failed') {
        this.#terminal = status.phase;
        assert(!pod.instances.some(({ state }) => state === 'running'), () => 'a terminal phase while something runs');
      }
    }
    this.#statusesSeen = pod.statuses.length;
  }

  #waitsNameTheirCause(pod: VirtualPod): void {
    const status = pod.statuses.at(-1)?.status;
    if (status === undefined || pod.state.finished) return;
    const named = new Set(pod.waits().map((wait) => wait.split(':')[0]));
    for (const { name, state } of allStatuses(status)) {
      assert(state?.waiting === undefined || named.has(name), () => `${name} waits without a cause at ${pod.t}`);
    }
  }
}

/** Cheaper than `expect`, of which a run would make millions. */
function assert(holds: boolean, message: () => string): asserts holds {
  if (!holds) throw new Error(message());
}
