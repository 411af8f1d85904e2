import { expect, test } from 'vitest';
import { runExitCode } from '../../src/cli/exit-code.ts';
import type { Ending } from '../../src/agent/workload-run.ts';
import type { ContainerState, ContainerStatus, PodStatus } from '../../src/pod/types.ts';
import { makePod } from '../fixtures/pod.ts';

const requestedAt = Date.parse('2026-01-01T00:00:10.500Z');

const status = (state: ContainerState, lastState?: ContainerState): ContainerStatus => ({
  name: 'main',
  image: '',
  imageID: '',
  ready: false,
  restartCount: 0,
  state,
  ...(lastState === undefined ? {} : { lastState }),
});
const ended = (exitCode: number, second = 5, reason = 'Error'): ContainerState => ({
  terminated: { exitCode, reason, finishedAt: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z` },
});
const ending = (phase: string, containerStatuses: ContainerStatus[], requested?: number, more: Partial<PodStatus> = {}): Ending => ({
  pod: { ...makePod(), status: { phase, containerStatuses, ...more } },
  requestedAt: requested,
});

test.each<[string, Ending[], number]>([
  ['all succeeded', [ending('Succeeded', [status(ended(0))])], 0],
  ['a main container failed', [ending('Failed', [status(ended(3))])], 3],
  ['the second Pod failed', [ending('Succeeded', []), ending('Failed', [status(ended(7))])], 7],
  ['an init container failed', [ending('Failed', [status({ waiting: {} })], undefined, { initContainerStatuses: [status(ended(5))] })], 5],
  ['the deadline, all ended well', [ending('Failed', [status(ended(0))])], 1],
  ['ended on request by the signal', [ending('Failed', [status(ended(143, 11))], requestedAt)], 0],
  ['in the very second of the request', [ending('Failed', [status(ended(143, 10))], requestedAt)], 0],
  ['killed after its grace period', [ending('Failed', [status(ended(137, 12))], requestedAt)], 0],
  ['failed while it was ended', [ending('Failed', [status(ended(5, 11))], requestedAt)], 5],
  ['had failed before the request', [ending('Failed', [status(ended(1, 5))], requestedAt)], 1],
  ['never started', [ending('Failed', [status(ended(137, 12, 'ContainerStatusUnknown'))], requestedAt)], 0],
  ['was backing off', [ending('Failed', [status({ waiting: { reason: 'CrashLoopBackOff' } }, ended(4, 5))], requestedAt)], 4],
])('%s', (_, endings, expected) => {
  expect(runExitCode(endings)).toBe(expected);
});
