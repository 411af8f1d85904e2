import { describe, expect, it } from 'vitest';
import { conform } from '../../src/pod/conform.ts';
import type { Pod } from '../../src/pod/types.ts';
import { foldRecording } from '../../src/trace/recording.ts';
import { timedEvents } from '../../src/trace/timed-events.ts';
import type { UntimedEvent } from '../../src/trace/timed-events.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().replace('.000', '');

const completed = (from: number, to: number, exitCode = 0) => ({
  terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: at(from), finishedAt: at(to) },
});
const running = (from: number) => ({ running: { startedAt: at(from) } });
const condition = (type: string, seconds: number, status = 'True') => ({ type, status, lastTransitionTime: at(seconds) });

/** A Pod that is Ready since 9: an init container, a sidecar with a startup probe, an app that was restarted. */
const ready = {
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'u', creationTimestamp: at(0) },
  spec: {
    initContainers: [{ name: 'migrate' }, { name: 'proxy', restartPolicy: 'Always', startupProbe: { exec: {} } }],
    containers: [{ name: 'app', readinessProbe: { exec: {} } }],
  },
  status: {
    phase: 'Running',
    startTime: at(0),
    conditions: [
      condition('PodScheduled', 0),
      condition('PodReadyToStartContainers', 1),
      condition('ContainersReady', 9),
      condition('Ready', 9),
    ],
    initContainerStatuses: [
      { name: 'migrate', ready: true, started: false, restartCount: 0, state: completed(2, 4) },
      { name: 'proxy', ready: true, started: true, restartCount: 0, state: running(4) },
    ],
    containerStatuses: [{ name: 'app', ready: true, started: true, restartCount: 1, state: running(8), lastState: completed(6, 7, 3) }],
  },
};

/** Everything that the model has of the containers: `state from-to wait`, seconds since the creation. */
function spans(events: readonly UntimedEvent[]): Record<string, string[]> {
  const [recorded] = foldRecording(timedEvents(events));
  const seconds = (time: number | undefined): string => (time === undefined ? '' : String((time - Date.UTC(2026, 0, 1)) / 1000));
  return Object.fromEntries(
    recorded?.timeline.containers.map((container) => [
      container.name,
      container.spans.map(({ state, from, to, wait }) => `${state} ${seconds(from)}-${seconds(to)} ${wait?.cause.kind ?? ''}`.trim()),
    ]) ?? [],
  );
}

function pod(value: object): Pod {
  return conform('Pod', value);
}

describe('a single Pod with its status', () => {
  it('tells when its containers started, ended, became ready, and what they waited for', () => {
    expect(spans([{ type: 'ADDED', object: pod(ready) }])).toEqual({
      migrate: ['waiting 0-1 Sandbox', 'waiting 1-2 Starting', 'running 2-4'],
      proxy: ['waiting 0-1 Sandbox', 'waiting 1-4 InitCompletion', 'running 4-6 StartupProbe', 'ready 6-'],
      app: ['waiting 0-1 Sandbox', 'waiting 1-4 InitCompletion', 'waiting 4-6 StartupProbe', 'running 6-7 ReadinessProbe', 'running 8-9 ReadinessProbe', 'ready 9-'], // prettier-ignore
    });
  });

  it('of which all but its name is unknown is drawn from nothing', () => {
    const bare = pod({ kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [{ name: 'c' }] }, status: { phase: 'Pending' } });
    expect(timedEvents([{ type: 'ADDED', object: bare }]).map(({ time }) => time)).toEqual(['1970-01-01T00:00:00.000Z']);
  });

  it('whose deletion was asked for was not being deleted before', () => {
    const deleted = { ...ready, metadata: { ...ready.metadata, deletionTimestamp: at(50), deletionGracePeriodSeconds: 30 } };
    expect(spans([{ type: 'ADDED', object: pod(deleted) }])['app']?.slice(-2)).toEqual(['ready 9-20', 'terminating 20- Grace']);
  });
});

describe('watch events without a time', () => {
  it('come at the newest timestamps inside', () => {
    const pending = {
      ...ready,
      status: {
        phase: 'Pending',
        conditions: [condition('PodScheduled', 0)],
        initContainerStatuses: ['migrate', 'proxy'].map((name) => ({
          name,
          restartCount: 0,
          state: { waiting: { reason: 'PodInitializing' } },
        })),
        containerStatuses: [{ name: 'app', restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }],
      },
    };
    const event = {
      kind: 'Event',
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'web', fieldPath: 'spec.containers{app}' },
      reason: 'Unhealthy',
      message: 'Readiness probe failed: no',
      lastTimestamp: at(8.5),
    };
    const events: UntimedEvent[] = [
      { type: 'ADDED', object: pod(pending) },
      { type: 'ADDED', object: conform('Event', event) },
      { type: 'MODIFIED', object: pod(ready) },
      { type: 'DELETED', object: pod(ready) },
    ];
    const timed = timedEvents(events);
    expect(
      timed.map(({ type, time, object }) => `${type} ${object.kind ?? ''} ${(Date.parse(time) - Date.UTC(2026, 0, 1)) / 1000}`),
    ).toEqual([
      ...['ADDED Pod 0', 'MODIFIED Pod 1', 'MODIFIED Pod 2', 'MODIFIED Pod 4', 'MODIFIED Pod 6', 'MODIFIED Pod 7', 'MODIFIED Pod 8'],
      ...['ADDED Event 8.5', 'MODIFIED Pod 9', 'DELETED Pod 9'],
    ]);
  });

  it('that say only what leaves no timestamp do not date it', () => {
    const starting = (started: boolean) => ({
      ...ready,
      status: {
        ...ready.status,
        conditions: ready.status.conditions.slice(0, 2),
        initContainerStatuses: [
          ready.status.initContainerStatuses[0],
          { name: 'proxy', ready: started, started, restartCount: 0, state: running(4) },
        ],
        containerStatuses: [{ name: 'app', restartCount: 0, state: { waiting: { reason: 'PodInitializing' } } }],
      },
    });
    const events = [starting(false), starting(true), ready].map(
      (value, index) => ({ type: index === 0 ? 'ADDED' : 'MODIFIED', object: pod(value) }) as const,
    );
    expect(spans(events)['proxy']).toEqual(['waiting 0-1 Sandbox', 'waiting 1-4 InitCompletion', 'running 4-6 StartupProbe', 'ready 6-']);
  });
});

describe('watch events with a time', () => {
  it('keep it', () => {
    const time = '2026-01-01T00:00:00.123Z';
    expect(timedEvents([{ type: 'ADDED', time, object: pod(ready) }])).toEqual([{ type: 'ADDED', time, object: pod(ready) }]);
  });

  it('that begin late are preceded by what the first object tells', () => {
    const events = timedEvents([{ type: 'ADDED', time: '2026-01-01T00:01:00.000Z', object: pod(ready) }]);
    expect(events.map(({ type, time }) => `${type} ${time.slice(14, 19)}`)).toEqual([
      ...['ADDED 00:00', 'MODIFIED 00:01', 'MODIFIED 00:02', 'MODIFIED 00:04', 'MODIFIED 00:06', 'MODIFIED 00:07', 'MODIFIED 00:08'],
      ...['MODIFIED 00:09', 'MODIFIED 01:00'],
    ]);
  });
});
