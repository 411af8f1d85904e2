import { PodPublisher } from '../engine/pod-publisher.ts';
import type { RunListener } from '../engine/run-listener.ts';
import type { LifecycleOptions } from '../lifecycle/state.ts';
import type { References } from '../pod/references.ts';
import type { Container, Pod } from '../pod/types.ts';
import { defaultLatencies } from './behaviour.ts';
import type { Attempt, Fault } from './behaviour.ts';
import { deriveBehaviour } from './derive-behaviour.ts';
import { deriveFailure } from './derive-failure.ts';
import type { EventQueue } from './event-queue.ts';
import type { Random } from './random.ts';
import type { PodStory, Scenario } from './scenario.ts';
import { SimulatedPod } from './simulated-pod.ts';

export interface SimulationOptions {
  readonly pods: readonly SimulationPod[];
  /** For all Pods. */
  readonly scenario: Scenario;
  readonly lifecycle: Partial<LifecycleOptions>;
  readonly random: Random;
  /** Virtual time of the beginning, in milliseconds since the epoch. */
  readonly startAt: number;
  readonly listener: RunListener | undefined;
  readonly queue: EventQueue;
}

export interface SimulationPod {
  readonly pod: Pod;
  /** As it was written, where a version of Kubernetes changed it: how containers behave is told from here. */
  readonly manifest?: Pod;
  /** What is said on the Pod itself; comes before the scenario. */
  readonly story: PodStory | undefined;
  /** What its containers refer to; undefined: nothing of it is missing. */
  readonly references?: References;
  readonly lifecycle?: Partial<LifecycleOptions>;
}

/** Several Pods under one virtual clock. The same options and random numbers give the same run, to the byte. */
export class Simulation {
  readonly pods: readonly SimulatedPod[];
  readonly #queue: EventQueue;
  readonly #endAt: number;
  #now: number;

  constructor({ pods, scenario, lifecycle, random, startAt, listener, queue }: SimulationOptions) {
    this.#queue = queue;
    this.#now = startAt;
    this.#endAt = startAt + (scenario.untilMs ?? defaultUntilMs);
    this.pods = pods.map(({ pod, manifest = pod, story, references, lifecycle: own }) => {
      const stories = [story, scenario.pods[pod.metadata.name], scenario.story].filter((one) => one !== undefined);
      return new SimulatedPod(pod, startAt, {
        queue,
        latencies: { ...defaultLatencies, ...scenario.latencies },
        lifecycle: { ...lifecycle, ...own },
        attempt: attempts(manifest, stories, references),
        faults: stories.flatMap((one): readonly Fault[] => one.faults),
        publisher: listener === undefined ? undefined : new PodPublisher(pod, startAt, listener, () => random.uuid()),
      });
    });
  }

  /** Virtual time, in milliseconds since the epoch. */
  get now(): number {
    return this.#now;
  }

  get isFinished(): boolean {
    return this.pods.every((pod) => pod.isFinished);
  }

  /** Something is still to happen, if only after the end of the simulation. */
  get hasMore(): boolean {
    return this.#queue.nextTime !== undefined;
  }

  /** When something happens next; undefined when all is over. */
  get nextTime(): number | undefined {
    const next = this.#queue.nextTime;
    return next === undefined || next > this.#endAt || this.isFinished ? undefined : next;
  }

  /** Does what is due next. */
  advance(): void {
    const next = this.nextTime;
    if (next === undefined) return;
    this.#now = next;
    this.#queue.take()?.();
  }

  run(): void {
    while (this.nextTime !== undefined) this.advance();
  }
}

/** A Pod that never ends is watched this long. */
const defaultUntilMs = 10 * 60_000;

function attempts(
  pod: Pod,
  stories: readonly PodStory[],
  references: References | undefined,
): (container: Container, n: number) => Attempt {
  const known = new Map<string, Attempt>();
  return (container, n) => {
    const told = stories.find(({ containers }) => containers[container.name] !== undefined)?.containers[container.name] ?? [];
    const at = Math.min(n, told.length - 1);
    const key = `${container.name} ${at} ${container.image}`;
    let attempt = known.get(key);
    if (attempt === undefined) {
      const kind = kindOf(pod, container.name);
      const fails = deriveFailure(pod, container, references);
      attempt = { ...deriveBehaviour(container, kind, pod.spec.restartPolicy), ...(fails && { fails }), ...told[at] };
      known.set(key, attempt);
    }
    return attempt;
  };
}

function kindOf({ spec }: Pod, name: string): 'init' | 'sidecar' | 'regular' {
  const entry = spec.initContainers?.find((container) => container.name === name);
  if (entry === undefined) return 'regular';
  return entry.restartPolicy === 'Always' ? 'sidecar' : 'init';
}
