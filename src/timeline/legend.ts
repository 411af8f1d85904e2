import type { MarkKind, SegmentState, Timeline } from './model.ts';

/** What the signs of a picture mean; only those that are in it, in the order of a container's life. */
export function legendItems({ pods }: Timeline): { readonly kind: SegmentState | MarkKind | 'crit'; readonly name: string }[] {
  const containers = pods.flatMap((pod) => pod.containers);
  const states = new Set<string>(containers.flatMap(({ segments }) => segments.map(({ state }) => state)));
  const marks = new Set<string>(containers.flatMap((container) => container.marks.map(({ kind }) => kind)));
  const hasPath = containers.some(({ criticalMs }) => criticalMs > 0);
  return [
    ...keysOf(stateNames).flatMap((kind) => (states.has(kind) ? [{ kind, name: stateNames[kind] }] : [])),
    ...keysOf(markNames).flatMap((kind) => (marks.has(kind) ? [{ kind, name: markNames[kind] }] : [])),
    ...(hasPath ? [{ kind: 'crit' as const, name: 'critical path' }] : []),
  ];
}

const stateNames: Readonly<Record<SegmentState, string>> = {
  waiting: 'waits',
  pulling: 'image pull',
  starting: 'starts',
  running: 'runs',
  ready: 'ready',
  terminating: 'is stopping',
  backOff: 'back-off',
};

/** An exit without an error is the end of a bar. */
export const markNames: Readonly<Record<Exclude<MarkKind, 'exit'>, string>> = {
  success: 'probe passed',
  failure: 'probe or hook failed',
  hook: 'hook begins',
  kill: 'told to stop',
  restart: 'restart',
  error: 'failed',
};

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}
