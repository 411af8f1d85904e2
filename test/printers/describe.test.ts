import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadManifests } from '../../src/manifest/load.ts';
import type { ApiEvent, Pod } from '../../src/pod/types.ts';
import { describePod } from '../../src/printers/describe/pod.ts';
import { alignColumns } from '../../src/printers/tab-writer.ts';

beforeAll(() => (process.env['TZ'] = 'UTC'));

const now = Date.parse('2026-01-01T00:10:00Z');

describe('describePod', () => {
  it('prints a Pod as kubectl does', async () => {
    const lines = describePod({
      pod: running(),
      events: [
        event('Normal', 'Started', 'Container started', { fieldPath: 'spec.containers{app}' }),
        event('Warning', 'Unhealthy', ' not yet\n', { count: 3, firstTimestamp: '2026-01-01T00:05:00Z' }),
      ],
      waits: [{ container: 'proxy', cause: { kind: 'CrashLoopBackOff', restarts: 2, backOffMs: 20_000 }, since: now, until: now + 5000 }],
      now,
    });
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/describe.txt');
  });

  it('lets nothing of a Pod write to the terminal', () => {
    const pod = running();
    pod.metadata.annotations = { note: 'a\u001b[2Jb\rc' };
    expect(describePod({ pod, events: [], waits: [], now }).join('')).not.toMatch(/\p{Cc}/u);
  });

  it('says how a deletion goes', () => {
    const pod = running();
    pod.metadata.deletionTimestamp = '2026-01-01T00:09:30Z';
    pod.metadata.deletionGracePeriodSeconds = 30;
    const lines = describePod({ pod, events: [], waits: [], now });
    expect(lines.slice(5, 10)).toEqual([
      'Labels:                    app=web',
      'Annotations:               note: one',
      'Status:                    Terminating (lasts 30s)',
      'Termination Grace Period:  30s',
      'IP:                        10.0.0.5',
    ]);
  });
});

it('columns reach over the lines next to each other that have them', () => {
  expect(alignColumns([['a:', 'x'], ['longer:', 'y'], ['no column'], ['b:', '1', 'z'], ['', '22', 'w']])).toEqual([
    'a:       x',
    'longer:  y',
    'no column',
    'b:  1   z',
    '    22  w',
  ]);
});

function running(): Pod {
  const text = readFileSync(new URL('golden/describe.yaml', import.meta.url), 'utf8');
  const { workloads, items } = loadManifests([{ file: 'describe.yaml', text }], () => 'uid');
  const pod = workloads[0]?.pod;
  if (pod === undefined) throw new Error(JSON.stringify(items));
  const status = {
    ready: true,
    restartCount: 0,
    image: 'docker.io/library/busybox:1.36',
    imageID: 'sha256:1234',
    containerID: 'containerd://abcd',
  };
  return {
    ...structuredClone(pod),
    status: {
      phase: 'Running',
      podIP: '10.0.0.5',
      podIPs: [{ ip: '10.0.0.5' }],
      hostIP: '192.168.1.2',
      startTime: '2026-01-01T00:00:00Z',
      conditions: [
        { type: 'Initialized', status: 'True' },
        { type: 'Ready', status: 'False' },
      ],
      initContainerStatuses: [
        {
          ...status,
          name: 'prepare',
          state: {
            terminated: { exitCode: 0, reason: 'Completed', startedAt: '2026-01-01T00:00:01Z', finishedAt: '2026-01-01T00:00:02Z' },
          },
        },
      ],
      containerStatuses: [
        { ...status, name: 'app', state: { running: { startedAt: '2026-01-01T00:00:03Z' } } },
        {
          ...status,
          name: 'proxy',
          ready: false,
          restartCount: 2,
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
          lastState: {
            terminated: {
              exitCode: 137,
              reason: 'Error',
              message: 'killed',
              startedAt: '2026-01-01T00:00:03Z',
              finishedAt: '2026-01-01T00:00:04Z',
            },
          },
        },
      ],
    },
  };
}

function event(type: string, reason: string, message: string, more: Partial<ApiEvent> & { fieldPath?: string }): ApiEvent {
  const { fieldPath, ...rest } = more;
  return {
    metadata: { name: 'web.1', namespace: 'default', uid: '1' },
    involvedObject: { kind: 'Pod', name: 'web', ...(fieldPath && { fieldPath }) },
    type,
    reason,
    message,
    source: { component: 'outrider' },
    firstTimestamp: '2026-01-01T00:00:03Z',
    lastTimestamp: '2026-01-01T00:09:00Z',
    count: 1,
    reportingComponent: 'outrider',
    reportingInstance: '',
    ...rest,
  };
}
