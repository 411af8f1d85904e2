import type { Wait } from '../lifecycle/wait.ts';
import type { ApiEvent, Pod } from '../pod/types.ts';
import { type ContainerTimeline, type Mark, type ProbeKind, type ProbeResult, TimelineRecorder } from './container-timeline.ts';
import { podContainers } from './pod-containers.ts';
import { type ConditionSpan, PodHistory, type PhaseSpan } from './pod-history.ts';
import type { WatchEvent } from './watch-event.ts';

/** What happened to one Pod. Times are milliseconds since the epoch. */
export interface PodTimeline {
  /** `namespace/name`. */
  readonly key: string;
  /** As it was last seen. */
  readonly pod: Pod;
  /** Init containers and sidecars in the order of the spec, then the main containers, then ephemeral ones as they were added. */
  readonly containers: readonly ContainerTimeline[];
  readonly phases: readonly PhaseSpan[];
  readonly conditions: readonly ConditionSpan[];
  readonly addedAt: number;
  /** Undefined until its phase is terminal or it is deleted. */
  readonly endedAt?: number;
}

/**
 * The story of a run: folds what the run reports into time spans for each container. The live view, the summary and any later
 * picture of the run read it; a recorded stream of watch events gives the same model (`foldRecording`).
 */
export class RunModel {
  readonly #pods = new Map<string, PodRecord>();

  /** In the order in which they were added. */
  get pods(): readonly PodTimeline[] {
    return [...this.#pods.values()];
  }

  pod(key: string): PodTimeline | undefined {
    return this.#pods.get(key);
  }

  /** Takes a Pod's status; Events say nothing that the status does not, and are passed over. */
  watch({ type, time, object }: WatchEvent): void {
    if (!isPod(object)) return;
    const key = podKey(object);
    const now = Date.parse(time);
    const known = this.#pods.get(key);
    const record = known?.pod.metadata.uid === object.metadata.uid ? known : newRecord(key, object, now);
    this.#pods.set(key, record);
    record.pod = object;
    const isOver = type === 'DELETED' || object.status.phase === 'Succeeded' || object.status.phase === 'Failed';
    if (isOver) record.endedAt ??= now;
    record.history.observe(object, now, type === 'DELETED');
    for (const { role, spec } of podContainers(object)) {
      if (!record.containers.some(({ name }) => name === spec.name)) record.containers.push(new TimelineRecorder(spec.name, role));
    }
    observe(record, now);
  }

  /** All waits of a Pod as they are at `now`. */
  waits(key: string, waits: readonly Wait[], now: number): void {
    const record = this.#pods.get(key);
    if (record === undefined) return;
    record.waits = new Map(waits.map((wait) => [wait.container, wait]));
    observe(record, now);
  }

  probe(
    key: string,
    report: {
      readonly container: string;
      readonly time: number;
      readonly kind: ProbeKind;
      readonly result: ProbeResult;
      readonly message?: string;
    },
  ): void {
    this.#container(key, report.container)?.probe(report.time, report.kind, report.result, report.message);
  }

  /** Adds what no status shows. */
  note(key: string, container: string, mark: Mark): void {
    this.#container(key, container)?.note(mark);
  }

  #container(key: string, container: string): TimelineRecorder | undefined {
    return this.#pods.get(key)?.containers.find(({ name }) => name === container);
  }
}

/** How a run names a Pod: `namespace/name`. */
export function podKey({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}

export function isPod(object: Pod | ApiEvent): object is Pod {
  return object.kind === 'Pod';
}

interface PodRecord extends PodTimeline {
  pod: Pod;
  endedAt?: number;
  waits: ReadonlyMap<string, Wait>;
  readonly containers: TimelineRecorder[];
  readonly history: PodHistory;
}

function newRecord(key: string, pod: Pod, now: number): PodRecord {
  const history = new PodHistory();
  const { phases, conditions } = history;
  return { key, pod, addedAt: now, waits: new Map(), containers: [], history, phases, conditions };
}

function observe({ pod, endedAt, waits, containers }: PodRecord, time: number): void {
  const statuses = new Map(podContainers(pod).map(({ spec, status }) => [spec.name, status]));
  for (const container of containers) {
    container.observe({
      time,
      status: statuses.get(container.name),
      wait: waits.get(container.name),
      isDeleted: pod.metadata.deletionTimestamp !== undefined,
      isOver: endedAt !== undefined,
    });
  }
}
