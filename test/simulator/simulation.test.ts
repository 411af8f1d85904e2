import { expect, test } from 'vitest';
import type { Fault } from '../../src/simulator/behaviour.ts';
import { EventQueue } from '../../src/simulator/event-queue.ts';
import { forKubernetes } from '../../src/simulator/kubernetes-version.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { emptyScenario } from '../../src/simulator/scenario.ts';
import { Simulation } from '../../src/simulator/simulation.ts';
import type { Pod } from '../../src/pod/types.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';
import { podOf } from '../lifecycle/virtual-pod.ts';

function simulate(
  pod: Pod,
  { faults = [], minor = 36, seed = 1 }: { faults?: readonly Fault[]; minor?: number; seed?: number } = {},
): WatchEvent[] {
  const events: WatchEvent[] = [];
  const { pod: versioned, lifecycle } = forKubernetes(pod, minor);
  new Simulation({
    pods: [{ pod: versioned, manifest: pod, story: { containers: {}, faults }, lifecycle }],
    scenario: { ...emptyScenario, untilMs: 120_000 },
    lifecycle: {},
    random: seededRandom(seed),
    startAt: 0,
    listener: { watch: (event) => events.push(event), output: ignore, waits: ignore, probe: ignore, ended: ignore },
    queue: new EventQueue(),
  }).run();
  return events;
}

function ignore(): void {
  // The stream of watch events is what counts.
}

const last = (events: readonly WatchEvent[]): Pod => events.findLast(({ object }) => object.kind === 'Pod')?.object as Pod;
const startsOf = (events: readonly WatchEvent[]): string[] =>
  events.flatMap(({ object }) => {
    const { reason, involvedObject } = object as { reason?: string; involvedObject?: { fieldPath?: string } };
    return reason === 'Started' ? [involvedObject?.fieldPath ?? ''] : [];
  });

const withSidecar = podOf({
  restartPolicy: 'Never',
  initContainers: [
    { name: 'proxy', restartPolicy: 'Always' },
    { name: 'setup', command: ['sleep', '1'] },
  ],
  containers: [{ name: 'app', command: ['sleep', '3'] }],
});

test('the same Pod and seed give the same bytes, another seed other uids', () => {
  const [a, b, c] = [simulate(withSidecar), simulate(withSidecar), simulate(withSidecar, { seed: 2 })];
  expect(JSON.stringify(b)).toBe(JSON.stringify(a));
  expect(JSON.stringify(c)).not.toBe(JSON.stringify(a));
  expect(last(a).status.phase).toBe('Succeeded');
});

test.each([
  [36, 'Succeeded', ['spec.initContainers{proxy}', 'spec.initContainers{setup}', 'spec.containers{app}']],
  [29, 'Succeeded', ['spec.initContainers{proxy}', 'spec.initContainers{setup}', 'spec.containers{app}']],
  // An init container that never completes.
  [28, 'Pending', ['spec.initContainers{proxy}']],
])('Kubernetes 1.%d runs a native sidecar as it knows it', (minor, phase, starts) => {
  const events = simulate(withSidecar, { minor });
  expect(last(events).status.phase).toBe(phase);
  expect([...new Set(startsOf(events))]).toEqual(starts);
});

test('a reboot makes init containers run again, a new supervisor does not', () => {
  const pod = podOf({ initContainers: [{ name: 'setup', command: ['sleep', '1'] }], containers: [{ name: 'app' }] });
  expect(startsOf(simulate(pod, { faults: [{ kind: 'reboot', atMs: 10_000 }] }))).toEqual([
    'spec.initContainers{setup}',
    'spec.containers{app}',
    'spec.initContainers{setup}',
    'spec.containers{app}',
  ]);
  const restarted = simulate(pod, { faults: [{ kind: 'restart-supervisor', atMs: 10_000 }] });
  expect(startsOf(restarted)).toEqual(['spec.initContainers{setup}', 'spec.containers{app}']);
  expect(last(restarted).status.phase).toBe('Running');
});

test.each<[string, Fault, Partial<{ reason: string; exitCode: number }>]>([
  ['a crash', { kind: 'crash', atMs: 5000, container: 'app', exitCode: 9 }, { reason: 'Error', exitCode: 9 }],
  ['an OOM kill', { kind: 'oom-kill', atMs: 5000, container: 'app' }, { reason: 'OOMKilled', exitCode: 137 }],
])('%s ends the container, which restarts', (_, fault, ended) => {
  const status = last(simulate(podOf({ containers: [{ name: 'app' }] }), { faults: [fault] })).status.containerStatuses?.[0];
  expect(status?.restartCount).toBe(1);
  expect(status?.lastState?.terminated).toMatchObject(ended);
});
