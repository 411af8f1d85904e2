import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod, PodStatus } from '../../src/pod/types.ts';
import { ageCell, podColumns, restartsCell } from '../../src/printers/columns.ts';

interface Row {
  readonly pod: Pod;
  readonly ready: string;
  readonly status: string;
  readonly restarts: number;
}

describe('podColumns', () => {
  it('prints every recorded Pod as the API server does', () => {
    const rows = readFileSync(new URL('../../../shared/conformance/columns.ndjson', import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
    expect(rows.length).toBeGreaterThan(0);
    for (const { pod, ...cells } of rows) {
      const { ready, status, restarts } = podColumns(pod);
      expect({ name: pod.metadata.name, ready, status, restarts }).toEqual({ name: pod.metadata.name, ...cells });
    }
  });

  // Two init containers, a sidecar between them, two regular containers.
  const done = { state: { terminated: { exitCode: 0, reason: 'Completed' } }, ready: true };
  const running = { state: { running: {} }, started: true, ready: true };
  const initialized = [container('a', done), container('proxy', running), container('b', done)];
  const True = (...types: string[]) => types.map((type) => ({ type, status: 'True' }));

  it.each<[what: string, status: Partial<PodStatus>, ready: string, cell: string, restarts?: number, metadata?: Partial<Pod['metadata']>]>([
    ['no status', {}, '0/3', ''],
    ['only a phase', { phase: 'Pending' }, '0/3', 'Pending'],
    ['a reason of the Pod', { phase: 'Failed', reason: 'Evicted' }, '0/3', 'Evicted'],
    [
      'gated',
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
      '0/3',
      'SchedulingGated',
    ],
    [
      'first init waiting',
      { initContainerStatuses: [container('a', { state: { waiting: { reason: 'PodInitializing' } } })] },
      '0/3',
      'Init:0/3',
    ],
    [
      'first init pulling',
      { initContainerStatuses: [container('a', { state: { waiting: { reason: 'ErrImagePull' } } })] },
      '0/3',
      'Init:ErrImagePull',
    ],
    ['init without a state', { initContainerStatuses: [container('a', {})] }, '0/3', 'Init:0/3'],
    [
      'sidecar not started',
      { initContainerStatuses: [container('a', done), container('proxy', { ...running, started: false })] },
      '0/3',
      'Init:1/3',
    ],
    [
      'sidecar started, not ready',
      { initContainerStatuses: [container('a', done), container('proxy', { ...running, ready: false })] },
      '0/3',
      '',
    ],
    [
      'init failed with a signal and no reason',
      { initContainerStatuses: [container('a', { state: { terminated: { exitCode: 137, signal: 9 } } })] },
      '0/3',
      'Init:Signal:9',
    ],
    [
      'init failed without a reason',
      { initContainerStatuses: [container('a', { state: { terminated: { exitCode: 2 } } })] },
      '0/3',
      'Init:ExitCode:2',
    ],
    [
      'init restarts count while initializing',
      {
        initContainerStatuses: [
          container('a', { ...done, restartCount: 2 }),
          container('proxy', { restartCount: 1 }),
          container('b', { restartCount: 4 }),
        ],
      },
      '0/3',
      'Init:1/3',
      3,
    ],
    [
      'initialized, regular ones created',
      {
        phase: 'Pending',
        initContainerStatuses: initialized,
        containerStatuses: ['x', 'y'].map((name) => container(name, { state: { waiting: { reason: 'PodInitializing' } } })),
      },
      '1/3',
      'PodInitializing',
    ],
    [
      'all up',
      { phase: 'Running', initContainerStatuses: initialized, containerStatuses: [container('x', running), container('y', running)] },
      '3/3',
      'Running',
    ],
    [
      'only sidecar and regular restarts count after initialization',
      {
        phase: 'Running',
        initContainerStatuses: [
          container('a', { ...done, restartCount: 5 }),
          container('proxy', { ...running, restartCount: 1 }),
          container('b', done),
        ],
        containerStatuses: [container('x', { ...running, restartCount: 2 }), container('y', running)],
      },
      '3/3',
      'Running',
      3,
    ],
    [
      'sidecar in a crash loop of an initialized Pod',
      {
        phase: 'Running',
        conditions: True('Initialized'),
        initContainerStatuses: [
          container('a', done),
          container('proxy', { state: { waiting: { reason: 'CrashLoopBackOff' } }, restartCount: 3 }),
          container('b', done),
        ],
        containerStatuses: [container('x', running), container('y', running)],
      },
      '2/3',
      'Init:CrashLoopBackOff',
      3,
    ],
    [
      'one completed beside a running one, Pod ready',
      { phase: 'Running', conditions: True('Initialized', 'Ready'), containerStatuses: [container('x', done), container('y', running)] },
      '1/3',
      'Running',
    ],
    [
      'one completed beside a running one',
      { phase: 'Running', containerStatuses: [container('x', done), container('y', running)] },
      '1/3',
      'NotReady',
    ],
    [
      'a failure behind a completed one',
      {
        phase: 'Failed',
        containerStatuses: [container('x', done), container('y', { state: { terminated: { exitCode: 1, reason: 'Error' } } })],
      },
      '0/3',
      'Error',
    ],
    [
      'the first one in the list speaks',
      {
        phase: 'Running',
        containerStatuses: [
          container('x', { state: { waiting: { reason: 'CrashLoopBackOff' } } }),
          container('y', { state: { terminated: { exitCode: 3 } } }),
        ],
      },
      '0/3',
      'CrashLoopBackOff',
    ],
    [
      'being deleted',
      { phase: 'Running', containerStatuses: [container('x', running)] },
      '1/3',
      'Terminating',
      0,
      { deletionTimestamp: '2026-01-01T00:00:00Z' },
    ],
    ['deleted, but ended', { phase: 'Failed', containerStatuses: [] }, '0/3', 'Failed', 0, { deletionTimestamp: '2026-01-01T00:00:00Z' }],
    [
      'deleted on a lost node',
      { phase: 'Running', reason: 'NodeLost' },
      '0/3',
      'Unknown',
      0,
      { deletionTimestamp: '2026-01-01T00:00:00Z' },
    ],
  ])('%s', (_, status, ready, cell, restarts = 0, metadata = {}) => {
    expect(podColumns(pod(status, metadata))).toMatchObject({ ready, status: cell, restarts });
  });
});

describe('restartsCell', () => {
  const now = Date.parse('2026-01-01T01:00:00Z');
  const ended = (finishedAt?: string) => ({ lastState: { terminated: { exitCode: 1, ...(finishedAt && { finishedAt }) } } });

  it.each<[statuses: Partial<ContainerStatus>[], cell: string]>([
    [[{ restartCount: 0 }], '0'],
    [[{ restartCount: 0, ...ended('2026-01-01T00:55:00Z') }], '0'],
    [[{ restartCount: 2 }], '2'],
    [[{ restartCount: 2, ...ended() }], '2'],
    [
      [
        { restartCount: 2, ...ended('2026-01-01T00:55:00Z') },
        { restartCount: 1, ...ended('2026-01-01T00:50:00Z') },
      ],
      '3 (5m ago)',
    ],
  ])('%j: %s', (statuses, cell) => {
    const containerStatuses = statuses.map((status, index) => container(`c${index}`, status));
    expect(restartsCell(podColumns(pod({ phase: 'Running', containerStatuses })), now)).toBe(cell);
  });

  it('leaves out init containers that are done', () => {
    const initContainerStatuses = [
      container('a', { state: { terminated: { exitCode: 0 } }, restartCount: 1, ...ended('2026-01-01T00:59:00Z') }),
    ];
    const containerStatuses = [container('x', { restartCount: 1, ...ended('2026-01-01T00:30:00Z') })];
    expect(restartsCell(podColumns(pod({ initContainerStatuses, containerStatuses })), now)).toBe('1 (30m ago)');
  });
});

it('ageCell counts from the creation', () => {
  const now = Date.parse('2026-01-01T01:00:00Z');
  expect(ageCell(pod({}, { creationTimestamp: '2025-12-31T01:00:00Z' }), now)).toBe('24h');
  expect(ageCell(pod({}), now)).toBe('<unknown>');
});

function pod(status: Partial<PodStatus>, metadata: Partial<Pod['metadata']> = {}): Pod {
  return {
    metadata: { name: 'p', ...metadata },
    spec: {
      initContainers: [{ name: 'a' }, { name: 'proxy', restartPolicy: 'Always' }, { name: 'b' }],
      containers: [{ name: 'x' }, { name: 'y' }],
    },
    status: { phase: '', ...status },
  } as Pod;
}

function container(containerName: string, status: Partial<ContainerStatus>): ContainerStatus {
  return { name: containerName, restartCount: 0, ready: false, image: '', imageID: '', ...status };
}
