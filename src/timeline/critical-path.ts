import { nameOfWait } from '../printers/describe-wait.ts';
import type { ContainerTimeline, Span } from '../trace/container-timeline.ts';
import type { PodTimeline } from '../trace/run-model.ts';
import type { CriticalPath } from './model.ts';

/** A link in the run's own time. */
export interface Link {
  readonly container?: string;
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

export interface Path {
  readonly goal: CriticalPath['goal'];
  readonly at: number;
  /** From the Pod's creation on, each beginning where the one before ends. */
  readonly links: readonly Link[];
}

/**
 * What had to happen, one after the other, until the Pod was Ready the first time (or completed, failed, or was last seen: `lastSeen`).
 * Followed backwards: from the container that held the goal up longest, through what it did and waited for itself, to the container
 * whose progress released it, and so on up to the Pod's creation.
 */
export function criticalPath(pod: PodTimeline, lastSeen: number): Path {
  const { goal, at } = goalOf(pod, lastSeen);
  const links: Link[] = [];
  const last = lastToArrive(pod, goal, at);
  if (last === undefined) return { goal, at, links: pod.addedAt < at ? [{ what: 'sandbox', from: pod.addedAt, to: at }] : [] };
  let index = pod.containers.indexOf(last);
  let time = at;
  // Each round goes to an earlier time, or to an earlier container.
  while (time > pod.addedAt) {
    const container = pod.containers[index];
    if (container === undefined) break;
    const span = container.spans.findLast(({ from }) => from < time);
    if (span?.to !== undefined && span.to < time) {
      // It had ended, and nothing was due until it ran again, or until the others had ended as well.
      const what = time === at && goal !== 'ready' ? 'end of the Pod' : 'restart';
      links.unshift({ container: container.name, what, from: span.to, to: time });
      time = span.to;
      continue;
    }
    const before = span && blocker(pod, index, span);
    if (before !== undefined) {
      index = before;
      continue;
    }
    const from = Math.max(span?.from ?? pod.addedAt, pod.addedAt);
    links.unshift(linkOf(container, span, { goal, from, to: time }));
    time = from;
  }
  return { goal, at, links: merged(links) };
}

function goalOf({ conditions, phases, endedAt }: PodTimeline, lastSeen: number): Pick<Path, 'goal' | 'at'> {
  const ready = conditions.find(({ type, status }) => type === 'Ready' && status === 'True');
  if (ready) return { goal: 'ready', at: ready.from };
  const end = phases.find(({ phase }) => phase === 'Succeeded' || phase === 'Failed');
  if (end) return { goal: end.phase === 'Succeeded' ? 'completed' : 'failed', at: end.from };
  return { goal: 'unfinished', at: endedAt ?? lastSeen };
}

/** The container that reached its part of the goal last; of those that did at the same time, the last in order of start. */
function lastToArrive({ containers }: PodTimeline, goal: Path['goal'], at: number): ContainerTimeline | undefined {
  const begun = containers.filter(({ role, spans }) => role !== 'ephemeral' && spans.some(({ from }) => from < at));
  const preferred = begun.filter(({ role, exit }) => {
    if (goal === 'failed') return exit !== undefined && exit.exitCode !== 0 && !exit.wasStopped;
    return goal === 'completed' ? role === 'main' : role !== 'init';
  });
  const candidates = preferred.length > 0 ? preferred : begun;
  const arrivals = candidates.map((container) => arrivalOf(container, at));
  return candidates[arrivals.lastIndexOf(Math.max(...arrivals))];
}

/** When it got to where it was at `at`: became ready, or ended; `at` if it was still on its way. */
function arrivalOf({ spans }: ContainerTimeline, at: number): number {
  const span = spans.findLast(({ from }) => from <= at);
  if (span?.state === 'ready') return span.from;
  return Math.min(span?.to ?? at, at);
}

/** Index of the container before it that this span waits for. */
function blocker({ containers }: PodTimeline, index: number, { wait, state }: Span): number | undefined {
  if (wait === undefined || state === 'terminating' || !('of' in wait.cause) || typeof wait.cause.of !== 'string') return undefined;
  const { of } = wait.cause;
  const before = containers.findIndex(({ name }) => name === of);
  return before >= 0 && before < index ? before : undefined;
}

function linkOf(
  { name }: ContainerTimeline,
  span: Span | undefined,
  { goal, from, to }: Pick<Path, 'goal'> & Pick<Link, 'from' | 'to'>,
): Link {
  const kind = span?.wait?.cause.kind;
  if (span === undefined || kind === 'Volumes' || kind === 'Sandbox') {
    return { what: span?.wait ? nameOfWait(span.wait) : 'sandbox', from, to };
  }
  // All containers are ready, and the Pod is not yet: readiness gates.
  const what = span.state === 'ready' && goal === 'ready' ? 'readiness of the Pod' : whatOf(span);
  return { container: name, what, from, to };
}

function whatOf({ state, wait }: Span): string {
  if (wait && state !== 'terminating') return nameOfWait(wait);
  return { waiting: 'wait', backOff: 'restart back-off', running: 'run', ready: 'run', terminating: 'shutdown' }[state];
}

/** Links of one container that did the same are one. */
function merged(links: readonly Link[]): Link[] {
  const result: Link[] = [];
  for (const link of links) {
    const last = result.at(-1);
    if (last?.container === link.container && last?.what === link.what) result.splice(-1, 1, { ...link, from: last.from });
    else result.push(link);
  }
  return result;
}
