import { podColumns } from '../printers/columns.ts';
import type { RecordedPod } from '../trace/recording.ts';
import { conditionTracks, phaseBars } from './pod-bars.ts';
import { criticalPath } from './critical-path.ts';
import { marksOf } from './marks.ts';
import type { ContainerTrack, PodTrack, Timeline } from './model.ts';
import { printable } from './printable.ts';
import { segmentsOf } from './segments.ts';

/** A recorded or simulated run. */
export interface Run {
  readonly label: string;
  readonly pods: readonly RecordedPod[];
}

/**
 * Puts runs on one axis. Within a run, Pods keep their distance; those of further runs are laid over the first run's Pod of the same
 * name (or over its only Pod, where each run has one) such that both were created at the same time.
 */
export function createTimeline(runs: readonly Run[]): Timeline {
  const lone = runs.length > 1 && runs.every(({ pods }) => pods.length === 1) ? runs[0]?.pods[0]?.timeline.key : undefined;
  const placed: Placed[] = [];
  const starts = runs.map(({ pods }) =>
    pods.reduce((start, { timeline }) => Math.min(start, timeline.addedAt), pods[0]?.timeline.addedAt ?? 0),
  );
  for (const [run, { pods }] of runs.entries()) {
    const start = starts[run] ?? 0;
    for (const pod of pods) {
      const key = lone ?? pod.timeline.key;
      const twin = placed.find((other) => other.key === key && other.run !== run);
      const createdMs = twin?.createdMs ?? pod.timeline.addedAt - start;
      placed.push({
        run,
        key,
        pod,
        createdMs,
        origin: pod.timeline.addedAt - createdMs,
        lastMs: lastTime(pod) - pod.timeline.addedAt + createdMs,
      });
    }
  }
  // What still goes on at the end of the last recording is to be seen.
  const lastMs = placed.reduce((last, pod) => Math.max(last, pod.lastMs), 1);
  const isOpen = placed.some(({ pod }) => pod.timeline.endedAt === undefined);
  const endMs = isOpen ? Math.ceil(lastMs * 1.05) : lastMs;
  const order = [...new Set(placed.map(({ key }) => key))];
  const sorted = placed.toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key) || a.run - b.run);
  return {
    runs: runs.map(({ label }, index) => ({ label: printable(label), startedAt: new Date(starts[index] ?? 0).toISOString() })),
    pods: sorted.map((pod) => podTrack(pod, endMs)),
    endMs,
  };
}

/** The Pods of a timeline, each with its tracks of the runs in which it was. */
export function podGroups({ pods }: Timeline): PodTrack[][] {
  const groups = new Map<string, PodTrack[]>();
  for (const pod of pods) groups.set(pod.name, [...(groups.get(pod.name) ?? []), pod]);
  return [...groups.values()];
}

interface Placed {
  readonly run: number;
  readonly key: string;
  readonly pod: RecordedPod;
  readonly createdMs: number;
  /** The moment of the left edge in the run's own time. */
  readonly origin: number;
  readonly lastMs: number;
}

function podTrack({ run, key, pod: { timeline, events }, createdMs, origin, lastMs }: Placed, endMs: number): PodTrack {
  // A Pod that ended has no open ends; one that did not goes on to the edge.
  const end = origin + (timeline.endedAt === undefined ? endMs : lastMs);
  const path = criticalPath(timeline, origin + lastMs);
  const { ready, status } = podColumns(timeline.pod);
  const at = (time: number): number => time - origin;
  return {
    run,
    name: printable(key.startsWith('default/') ? key.slice('default/'.length) : key),
    createdMs,
    ...(timeline.endedAt !== undefined && { endedMs: at(timeline.endedAt) }),
    lastMs,
    ready,
    status: printable(status || 'Pending'),
    phases: phaseBars(timeline, end, at),
    conditions: conditionTracks(timeline, end, at),
    containers: timeline.containers.map((container): ContainerTrack => ({
      name: printable(container.name),
      role: container.role,
      restarts: container.restarts,
      segments: segmentsOf(container, end, at),
      marks: marksOf(container, at),
      criticalMs: path.links.filter((link) => link.container === container.name).reduce((sum, { from, to }) => sum + to - from, 0),
    })),
    criticalPath: {
      goal: path.goal,
      atMs: at(path.at),
      links: path.links.map(({ container, what, from, to }) => ({
        ...(container !== undefined && { container: printable(container) }),
        what: printable(what),
        fromMs: at(from),
        toMs: at(to),
      })),
    },
    events: events.map(({ time, type, reason, message, count, container }) => ({
      atMs: at(time),
      type: printable(type),
      reason: printable(reason),
      message: printable(message),
      count,
      ...(container !== undefined && { container: printable(container) }),
    })),
  };
}

/** A run of days has more times than a call may have arguments. */
function lastTime({ timeline, events }: RecordedPod): number {
  const { addedAt, endedAt = addedAt, containers, phases, conditions } = timeline;
  const spans = [...containers.flatMap((container) => container.spans), ...phases, ...conditions].map(({ from, to }) => to ?? from);
  const moments = [...containers.flatMap((container) => container.marks), ...events].map(({ time }) => time);
  return [...spans, ...moments].reduce((last, time) => Math.max(last, time), Math.max(addedAt, endedAt));
}
