import type { Clock } from '../../engine/clock.ts';
import type { RunListener } from '../../engine/run-listener.ts';
import type { LifecycleOptions } from '../../lifecycle/state.ts';
import { parseManifest } from '../../manifest/parse.ts';
import { namespaceReferences } from '../../manifest/references.ts';
import type { Workload } from '../../manifest/workload.ts';
import type { References } from '../../pod/references.ts';
import type { Pod } from '../../pod/types.ts';
import { forKubernetes } from '../../simulator/kubernetes-version.ts';
import { EventQueue } from '../../simulator/event-queue.ts';
import { seededRandom } from '../../simulator/random.ts';
import type { Random } from '../../simulator/random.ts';
import { emptyScenario, parseScenario } from '../../simulator/scenario.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { Simulation } from '../../simulator/simulation.ts';
import type { SimulationPod } from '../../simulator/simulation.ts';
import { createTimeline } from '../../timeline/create-timeline.ts';
import { timelineText } from '../../timeline/text.ts';
import { foldRecording } from '../../trace/recording.ts';
import type { WatchEvent } from '../../trace/watch-event.ts';
import { runExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { readAllInputs } from '../input.ts';
import { loadWorkloads } from '../load-workloads.ts';
import type { OutputFormat } from '../run-options.ts';
import { annotatedInitFailure } from '../../engine/init-failure.ts';
import { systemClock } from '../system-clock.ts';
import { createView } from '../views/create-view.ts';
import { timelineTheme, timelineWidth } from '../views/timeline-theme.ts';

export interface SimulateOptions {
  readonly files: readonly string[];
  readonly scenario: string | undefined;
  /** Undefined: the scenario's, else 1. */
  readonly seed: number | undefined;
  /** Virtual time. Undefined: the scenario's, else ten minutes. */
  readonly untilMs: number | undefined;
  /** Virtual seconds a second; undefined: as fast as it can be computed. */
  readonly speed: number | undefined;
  /** The minor version of Kubernetes 1. */
  readonly kubernetesMinor: number;
  readonly initFailure: LifecycleOptions['initFailure'] | undefined;
  readonly output: OutputFormat;
}

/** The annotation that holds a scenario for one Pod: `containers` and `events`. */
const scenarioAnnotation = 'outrider/scenario';

/** When every simulation begins: the same on every machine. */
const startAt = Date.UTC(2026, 0, 1);

/**
 * `outrider simulate`: what the Pods would do, under a virtual clock.
 *
 * @returns the exit code that the run would have; 0 for Pods that still ran at the end.
 */
export async function simulateCommand(options: SimulateOptions): Promise<number> {
  const file = options.scenario === undefined ? undefined : await readScenario(options.scenario);
  const seed = options.seed ?? seedOf(file) ?? 1;
  const random = seededRandom(seed);
  const scenario = scenarioFrom(file, options.scenario ?? '', random);
  const { manifests, notices } = await loadWorkloads(options.files, () => random.uuid());
  const versioned = manifests.workloads.map((workload) => ({ workload, ...forKubernetes(workload.pod, options.kubernetesMinor) }));
  const environment = {
    pods: () => versioned.map(({ pod }) => pod),
    podIP: () => '10.0.0.1',
    extraHosts: [],
    nodeName: 'node',
    allocatable: {},
  };
  const referencesOf = ({ metadata }: Pod): References => namespaceReferences(manifests.references, metadata.namespace, environment);
  const pods = versioned.map(({ workload, pod, lifecycle }) => ({
    ...simulationPod(workload, { pod, lifecycle, options, random }),
    references: referencesOf(pod),
  }));
  const queue = new EventQueue();
  const clock = options.speed === undefined ? new JumpingClock(startAt, queue) : new ScaledClock(startAt, options.speed);
  const view = await createView(options.output, clock, options.speed !== undefined);
  const runtime = { name: 'simulation', description: `a virtual clock (seed ${seed}), as Kubernetes 1.${options.kubernetesMinor}` };
  view.start({ pods: pods.map(({ pod }) => pod), runtime });
  for (const notice of [...notices, ...versioned.flatMap(({ notes }) => notes)]) view.notice(notice);
  const untilMs = options.untilMs ?? scenario.untilMs;
  const recorded: WatchEvent[] = [];
  const simulation = new Simulation({
    pods,
    scenario: { ...scenario, untilMs },
    lifecycle: { runtimeName: 'simulation' },
    random,
    startAt,
    listener: recordingInto(recorded, view),
    queue,
  });
  await play(simulation, clock);
  if (!simulation.isFinished) view.notice(openEnd(simulation, (clock.now() - startAt) / 1000));
  await view.finish();
  if (options.output === 'text' && options.speed === undefined) process.stdout.write(`\n${picture(recorded)}`);
  const endings = simulation.pods
    .filter(({ isFinished }) => isFinished)
    .map(({ state }) => ({ pod: { ...state.pod, status: state.status }, requestedAt: state.deletion?.requestedAt }));
  return runExitCode(endings);
}

/** The whole run at a glance. */
function picture(events: readonly WatchEvent[]): string {
  const timeline = createTimeline([{ label: 'simulated', pods: foldRecording(events) }]);
  const { stdout, env } = process;
  return timelineText(timeline, { ...timelineTheme(stdout, env), width: timelineWidth(stdout, env) });
}

function recordingInto(events: WatchEvent[], listener: RunListener): RunListener {
  return {
    watch(event) {
      events.push(event);
      listener.watch(event);
    },
    output: (pod, line) => listener.output(pod, line),
    waits: (pod, waits) => listener.waits(pod, waits),
    probe: (pod, probe) => listener.probe(pod, probe),
    ended: (pod) => listener.ended(pod),
  };
}

async function play(simulation: Simulation, clock: SimulationClock): Promise<void> {
  for (let next = simulation.nextTime; next !== undefined; next = simulation.nextTime) {
    await clock.reach(next);
    simulation.advance();
  }
}

function openEnd(simulation: Simulation, seconds: number): string {
  const names = simulation.pods.filter(({ isFinished }) => !isFinished).map(({ state }) => state.pod.metadata.name);
  const what = simulation.hasMore ? 'is cut off here; --until goes on for longer' : 'nothing more happens: it would run on for ever';
  return `${names.join(', ')} after ${seconds} s of virtual time: ${what}`;
}

interface SimulationClock extends Clock {
  /** Resolves when the virtual time has come. */
  reach(time: number): Promise<void> | undefined;
}

/** Jumps from one happening to the next. */
class JumpingClock implements SimulationClock {
  readonly #queue: EventQueue;
  #now: number;

  constructor(startAt: number, queue: EventQueue) {
    this.#queue = queue;
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  at(time: number, callback: () => void): () => void {
    let isCancelled = false;
    this.#queue.add(Math.max(time, this.#now), () => {
      if (!isCancelled) callback();
    });
    return () => (isCancelled = true);
  }

  reach(time: number): undefined {
    this.#now = time;
  }
}

/** Passes at a speed. */
class ScaledClock implements SimulationClock {
  readonly #startAt: number;
  readonly #speed: number;
  readonly #realStart = systemClock.now();

  constructor(startAt: number, speed: number) {
    this.#startAt = startAt;
    this.#speed = speed;
  }

  now(): number {
    return Math.round(this.#startAt + (systemClock.now() - this.#realStart) * this.#speed);
  }

  at(time: number, callback: () => void): () => void {
    return systemClock.at(systemClock.now() + (time - this.now()) / this.#speed, callback);
  }

  reach(time: number): Promise<void> {
    return new Promise<void>((resolve) => this.at(time, resolve));
  }
}

function simulationPod(
  { pod: manifest }: Workload,
  {
    pod,
    lifecycle,
    options,
    random,
  }: { pod: SimulationPod['pod']; lifecycle: Partial<LifecycleOptions>; options: SimulateOptions; random: Random },
): SimulationPod {
  const { metadata } = manifest;
  const text = metadata.annotations?.[scenarioAnnotation];
  const where = `Pod ${metadata.name}: metadata.annotations['${scenarioAnnotation}']`;
  const story = text === undefined ? undefined : scenarioFrom(readYaml(text, where), where, random).story;
  return { pod, manifest, story, lifecycle: { ...lifecycle, initFailure: options.initFailure ?? annotatedInitFailure(pod) } };
}

async function readScenario(file: string): Promise<unknown> {
  const { sources, problems } = await readAllInputs([file], process.stdin);
  const [source] = sources;
  if (source === undefined) throw new Failure(problems.join('\n') || `${file}: no scenario found`);
  return readYaml(source.text, file);
}

function readYaml(text: string, where: string): unknown {
  const { documents, errors } = parseManifest(text);
  const [error] = errors;
  if (error !== undefined) throw new Failure(`${where}:${error.line}:${error.column}: ${error.message}`);
  return documents[0]?.value;
}

function scenarioFrom(value: unknown, where: string, random: Random): Scenario {
  if (value === undefined) return emptyScenario;
  try {
    return parseScenario(value, (from, to) => random.between(from, to));
  } catch (error) {
    const lines = (error as Error).message.split('\n').map((line) => `${where}: ${line}`);
    throw new Failure(lines.join('\n'), { cause: error });
  }
}

function seedOf(value: unknown): number | undefined {
  const seed = (value as { seed?: unknown } | undefined)?.seed;
  return typeof seed === 'number' && Number.isInteger(seed) ? seed : undefined;
}
