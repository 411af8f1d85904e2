import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Wait, WaitCause } from '../../src/lifecycle/wait.ts';
import type { ContainerStatus, Pod } from '../../src/pod/types.ts';
import type { ContainerTimeline } from '../../src/trace/container-timeline.ts';
import { RunModel } from '../../src/trace/run-model.ts';

const epoch = Date.parse('2026-01-01T00:00:00Z');

type Step =
  | { at: number; status: Partial<ContainerStatus>; deleted?: true; phase?: string; type?: 'DELETED' }
  | { at: number; wait: WaitCause | undefined; since?: number }
  | { at: number; probe: 'startup' | 'readiness' | 'liveness'; result: 'success' | 'failure' };

const waiting = { state: { waiting: { reason: 'PodInitializing' } } };
const running = { state: { running: {} }, started: true };
const ended = (exitCode: number) => ({ state: { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } } });
const migrate: WaitCause = { kind: 'InitCompletion', of: 'migrate' };
const proxy: WaitCause = { kind: 'StartupProbe', of: 'proxy', failures: 0, failureThreshold: 3 };
const readiness: WaitCause = { kind: 'ReadinessProbe', of: 'c', failures: 1 };
const backOff: WaitCause = { kind: 'CrashLoopBackOff', restarts: 0, backOffMs: 10_000 };

/** Times in ms since the start; a span is [state, from, to, kind of its wait]. */
interface Expected {
  readonly spans: readonly (readonly [state: string, from: number, to?: number | undefined, wait?: string])[];
  readonly marks?: readonly string[];
  readonly restarts?: number;
  readonly startedAt?: number;
  readonly exitCode?: number;
}

const cases: Record<string, { role?: 'init' | 'sidecar'; steps: Step[]; expected: Expected }> = {
  'waits, starts, becomes ready': {
    steps: [
      { at: 0, status: waiting },
      { at: 5, wait: migrate, since: 0 },
      { at: 1000, wait: proxy, since: 990 },
      { at: 1500, wait: { ...proxy, failures: 1 } },
      { at: 2000, status: running },
      { at: 2000, wait: readiness },
      { at: 3000, status: { ...running, ready: true } },
      { at: 3000, wait: undefined },
    ],
    expected: {
      spans: [
        ['waiting', 0, 990, 'InitCompletion'],
        ['waiting', 990, 2000, 'StartupProbe'],
        ['running', 2000, 3000, 'ReadinessProbe'],
        ['ready', 3000],
      ],
      startedAt: 2000,
    },
  },
  'an init container is never ready, and ends': {
    role: 'init',
    steps: [
      { at: 0, status: waiting },
      { at: 10, status: { ...running, ready: true } },
      { at: 400, status: ended(0) },
      { at: 900, status: ended(0), phase: 'Succeeded' },
    ],
    expected: { spans: [['waiting', 0, 10], ['running', 10, 400]], marks: ['exit 0 @400'], startedAt: 10, exitCode: 0 }, // prettier-ignore
  },
  'never ran when its Pod was deleted': {
    steps: [
      { at: 0, status: waiting },
      { at: 500, wait: { kind: 'PodEnds', reason: 'deleted' } },
      { at: 900, status: { state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } }, phase: 'Failed' },
    ],
    expected: { spans: [['waiting', 0, 500], ['waiting', 500, 900, 'PodEnds']] }, // prettier-ignore
  },
  'crashes, backs off, restarts': {
    steps: [
      { at: 0, status: { ...running, ready: true } },
      { at: 100, status: ended(3) },
      { at: 100, wait: backOff },
      { at: 5000, status: { state: { waiting: { reason: 'CrashLoopBackOff' } } } },
      { at: 10_100, wait: { kind: 'Starting' } },
      { at: 10_200, status: { ...running, restartCount: 1 } },
    ],
    expected: {
      spans: [
        ['ready', 0, 100],
        ['backOff', 100, 10_100, 'CrashLoopBackOff'],
        ['waiting', 10_100, 10_200, 'Starting'],
        ['running', 10_200],
      ],
      marks: ['exit 3 @100', 'restart @10200'],
      restarts: 1,
      startedAt: 0,
    },
  },
  'back-off without reported causes, as in a recording': {
    steps: [
      { at: 0, status: running },
      { at: 100, status: ended(1) },
      { at: 200, status: { state: { waiting: { reason: 'CrashLoopBackOff' } } } },
      { at: 300, status: { ...ended(2), restartCount: 1 } },
    ],
    expected: {
      spans: [['running', 0, 100], ['backOff', 200, 300]], // prettier-ignore
      marks: ['exit 1 @100', 'restart @300', 'exit 2 @300'],
      restarts: 1,
      startedAt: 0,
      exitCode: 2,
    },
  },
  'restarted between two looks': {
    steps: [
      { at: 0, status: running },
      { at: 100, status: { ...running, restartCount: 1, lastState: { terminated: { exitCode: 137, signal: 9 } } } },
    ],
    expected: { spans: [['running', 0]], marks: ['exit 137 @100', 'restart @100'], restarts: 1, startedAt: 0 },
  },
  'told to stop after the main containers': {
    role: 'sidecar',
    steps: [
      { at: 0, status: { ...running, ready: true } },
      { at: 100, wait: { kind: 'TerminationOrder', of: ['app'] } },
      { at: 600, wait: { kind: 'Grace' } },
      { at: 700, status: ended(0) },
    ],
    expected: {
      spans: [
        ['ready', 0, 100],
        ['terminating', 100, 600, 'TerminationOrder'],
        ['terminating', 600, 700, 'Grace'],
      ],
      marks: ['exit 0 @700'],
      startedAt: 0,
      exitCode: 0,
    },
  },
  'a deleted Pod terminates, reported causes or not': {
    steps: [
      { at: 0, status: { ...running, ready: true } },
      { at: 100, status: { ...running, ready: true }, deleted: true },
      { at: 300, status: ended(143), deleted: true, phase: 'Failed', type: 'DELETED' },
    ],
    expected: { spans: [['ready', 0, 100], ['terminating', 100, 300]], marks: ['exit 143 @300'], startedAt: 0, exitCode: 143 }, // prettier-ignore
  },
  'a Pod that failed leaves nobody waiting': {
    steps: [
      { at: 0, status: waiting },
      { at: 50, wait: migrate },
      { at: 200, wait: { kind: 'PodEnds', reason: 'migrate failed' } },
      { at: 300, status: waiting, phase: 'Failed' },
      { at: 400, wait: undefined },
    ],
    expected: { spans: [['waiting', 0, 50], ['waiting', 50, 200, 'InitCompletion'], ['waiting', 200, 300, 'PodEnds']] }, // prettier-ignore
  },
  'a cause that belongs to the state before is left out': {
    steps: [
      { at: 0, status: waiting },
      { at: 0, wait: migrate },
      { at: 100, status: { ...running, ready: true } },
      { at: 150, wait: undefined },
    ],
    expected: { spans: [['waiting', 0, 100, 'InitCompletion'], ['ready', 100]], startedAt: 100 }, // prettier-ignore
  },
  'what took no time is left out': {
    steps: [
      { at: 0, status: running },
      { at: 100, wait: readiness },
      { at: 100, wait: undefined },
    ],
    expected: { spans: [['running', 0]], startedAt: 0 },
  },
  'probe results that change something are marked': {
    steps: [
      { at: 0, status: running },
      { at: 10, probe: 'startup', result: 'failure' },
      { at: 20, probe: 'startup', result: 'failure' },
      { at: 30, probe: 'startup', result: 'success' },
      { at: 40, probe: 'readiness', result: 'success' },
      { at: 50, probe: 'readiness', result: 'success' },
      { at: 60, probe: 'readiness', result: 'failure' },
      { at: 70, probe: 'readiness', result: 'success' },
    ],
    expected: {
      spans: [['running', 0]],
      marks: [
        'startup failure @10',
        'startup failure @20',
        'startup success @30',
        'readiness success @40',
        'readiness failure @60',
        'readiness success @70',
      ],
      startedAt: 0,
    },
  },
};

describe('RunModel', () => {
  it.each(Object.entries(cases))('%s', (_, { role, steps, expected }) => {
    expect(picture(play(steps, role))).toEqual({ marks: [], restarts: 0, startedAt: undefined, exitCode: undefined, ...expected });
  });

  it('keeps containers in the order of the spec, with their roles', () => {
    const model = new RunModel();
    model.watch({ type: 'ADDED', time: time(7), object: pod(undefined, {}) });
    expect(model.pods.map(({ key, addedAt, endedAt }) => ({ key, addedAt, endedAt }))).toEqual([
      { key: 'default/web', addedAt: epoch + 7, endedAt: undefined },
    ]);
    expect(model.pod('default/web')?.containers.map(({ name, role }) => [name, role])).toEqual([
      ['migrate', 'init'],
      ['proxy', 'sidecar'],
      ['c', 'main'],
      ['log', 'main'],
    ]);
  });

  it('begins anew for another Pod of the same name', () => {
    const model = new RunModel();
    model.watch({ type: 'ADDED', time: time(0), object: pod(undefined, { ...running, restartCount: 4 }) });
    const second = pod(undefined, waiting);
    model.watch({ type: 'ADDED', time: time(50), object: { ...second, metadata: { ...second.metadata, uid: 'other' } } });
    expect(model.pods.map(({ addedAt }) => addedAt - epoch)).toEqual([50]);
    expect(model.pod('default/web')?.containers[2]).toMatchObject({ restarts: 0, spans: [{ state: 'waiting', from: epoch + 50 }] });
  });

  it('keeps the memory of a probe that fails for ever bounded', () => {
    const steps: Step[] = Array.from({ length: 5000 }, (_, at) => ({ at, probe: 'liveness', result: 'failure' }));
    const { marks } = play([{ at: 0, status: running }, ...steps]);
    expect(marks.length).toBeLessThan(2000);
    expect(marks.at(-1)?.time).toBe(epoch + 4999);
  });

  it('whatever is reported, spans follow one another, only the last may be open, and two that touch differ', () => {
    const status = fc.constantFrom<Partial<ContainerStatus>>(waiting, running, { ...running, ready: true }, ended(0), ended(1), {});
    const cause = fc.constantFrom<WaitCause | undefined>(
      undefined,
      migrate,
      proxy,
      readiness,
      backOff,
      { kind: 'Grace' },
      { kind: 'Starting' },
    );
    const step = fc.oneof(
      fc.record({ pause: fc.nat(3), status, restarted: fc.boolean(), deleted: fc.boolean() }),
      fc.record({ pause: fc.nat(3), wait: cause, ago: fc.nat(5) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(undefined, 'init' as const, 'sidecar' as const), (script, role) => {
        let at = 0;
        let restartCount = 0;
        const steps = script.map((item): Step => {
          at += item.pause;
          if ('wait' in item) return { at, wait: item.wait, since: Math.max(at - item.ago, 0) };
          if (item.restarted) restartCount++;
          return { at, status: { ...item.status, restartCount }, ...(item.deleted && { deleted: true }) };
        });
        const { spans, restarts } = play(steps, role);
        expect(restarts).toBe(restartCount);
        for (const [index, { from, to, state, wait }] of spans.entries()) {
          const next = spans[index + 1];
          if (next === undefined) continue;
          expect(to).toBeGreaterThan(from);
          expect(next.from).toBeGreaterThanOrEqual(to ?? Infinity);
          if (next.from === to) expect([next.state, next.wait?.cause.kind]).not.toEqual([state, wait?.cause.kind]);
        }
      }),
    );
  });
});

function play(steps: readonly Step[], role?: 'init' | 'sidecar'): ContainerTimeline {
  const name = role === 'init' ? 'migrate' : role === 'sidecar' ? 'proxy' : 'c';
  const model = new RunModel();
  model.watch({ type: 'ADDED', time: time(0), object: pod(role, {}) });
  for (const step of steps) {
    if ('status' in step) {
      const object = pod(role, step.status, step.phase, step.deleted);
      model.watch({ type: step.type ?? 'MODIFIED', time: time(step.at), object });
    } else if ('probe' in step) {
      model.probe('default/web', { container: name, time: epoch + step.at, kind: step.probe, result: step.result });
    } else {
      const waits: Wait[] = step.wait ? [{ container: name, cause: step.wait, since: epoch + (step.since ?? step.at) }] : [];
      model.waits('default/web', waits, epoch + step.at);
    }
  }
  const container = model.pods[0]?.containers.find((candidate) => candidate.name === name);
  if (container === undefined) throw new Error(`no container ${name}`);
  return container;
}

function picture({ spans, marks, restarts, startedAt, exit }: ContainerTimeline) {
  return {
    spans: spans.map(({ state, from, to, wait }) => [
      state,
      from - epoch,
      ...(to || wait ? [to && to - epoch] : []),
      ...(wait ? [wait.cause.kind] : []),
    ]),
    marks: marks.map((mark) => {
      const what = mark.kind === 'exit' ? `exit ${mark.exitCode}` : mark.kind === 'probe' ? `${mark.probe} ${mark.result}` : 'restart';
      return `${what} @${mark.time - epoch}`;
    }),
    restarts,
    startedAt: startedAt === undefined ? undefined : startedAt - epoch,
    exitCode: exit?.exitCode,
  };
}

function pod(role: 'init' | 'sidecar' | undefined, status: Partial<ContainerStatus>, phase = 'Running', deleted = false): Pod {
  const name = role === 'init' ? 'migrate' : role === 'sidecar' ? 'proxy' : 'c';
  const statuses = [{ name, ready: false, restartCount: 0, image: '', imageID: '', ...status }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'u', ...(deleted && { deletionTimestamp: time(0) }) },
    spec: {
      initContainers: [{ name: 'migrate' }, { name: 'proxy', restartPolicy: 'Always' }],
      containers: [{ name: 'c' }, { name: 'log' }],
    },
    status: { phase, ...(role ? { initContainerStatuses: statuses } : { containerStatuses: statuses }) },
  } as unknown as Pod;
}

function time(ms: number): string {
  return new Date(epoch + ms).toISOString();
}
