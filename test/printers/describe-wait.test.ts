import { describe, expect, it } from 'vitest';
import type { Wait, WaitCause } from '../../src/lifecycle/wait.ts';
import { describeWait, nameOfWait } from '../../src/printers/describe-wait.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('describeWait', () => {
  it.each<[cause: WaitCause, until: number | undefined, sentence: string]>([
    [{ kind: 'Volumes' }, undefined, 'waits for its volumes'],
    [
      { kind: 'Volumes', message: 'configmap "x"\n  not found\n' },
      now + 500,
      'waits for its volumes: configmap "x" not found (next attempt in 1s)',
    ],
    [{ kind: 'Sandbox' }, undefined, "waits for the Pod's sandbox"],
    [{ kind: 'InitCompletion', of: 'migrate' }, undefined, 'waits for migrate to complete'],
    [{ kind: 'SidecarRunning', of: 'proxy' }, undefined, 'waits for proxy to run'],
    [
      { kind: 'StartupProbe', of: 'envoy-proxy', failures: 3, failureThreshold: 30, nextAttemptAt: now + 1200 },
      undefined,
      'waits for envoy-proxy: startup probe has not passed (3 failures, next attempt in 2s)',
    ],
    [
      { kind: 'StartupProbe', of: 'envoy-proxy', failures: 0, failureThreshold: 3 },
      undefined,
      'waits for envoy-proxy: startup probe has not passed',
    ],
    [{ kind: 'StartupProbe', of: 'app', failures: 1, failureThreshold: 3 }, undefined, 'startup probe has not passed (1 failure)'],
    [
      { kind: 'ReadinessProbe', of: 'app', failures: 2, nextAttemptAt: now },
      undefined,
      'readiness probe has not passed (2 failures, next attempt now)',
    ],
    [{ kind: 'PostStart', of: 'cache' }, undefined, 'waits for cache: postStart hook has not ended'],
    [{ kind: 'PostStart', of: 'app' }, undefined, 'postStart hook has not ended'],
    [{ kind: 'StartOrder', of: 'cache' }, undefined, 'waits for cache to be started'],
    [{ kind: 'ImagePull', image: 'my-app:1' }, undefined, 'waits for image my-app:1'],
    [
      { kind: 'ImageBackOff', image: 'my-app:1', reason: 'ErrImagePull', message: 'not found' },
      now + 20_000,
      'waits to pull image my-app:1 again: not found (next attempt in 20s)',
    ],
    [
      { kind: 'CrashLoopBackOff', restarts: 2, backOffMs: 20_000 },
      now + 9_500,
      'waits to be restarted (restart 3, back-off 20.0s, due in 10s)',
    ],
    [
      { kind: 'StartError', reason: 'CreateContainerConfigError', message: 'secret "db" not found' },
      undefined,
      'cannot start: CreateContainerConfigError: secret "db" not found',
    ],
    [{ kind: 'Starting' }, undefined, 'is being started'],
    [{ kind: 'PreStop' }, now + 30_000, 'is stopping: its preStop hook has not ended (grace ends in 30s)'],
    [{ kind: 'TerminationOrder', of: ['app'] }, undefined, 'waits to be stopped after app'],
    [{ kind: 'TerminationOrder', of: ['a', 'b', 'c'] }, now + 90_000, 'waits to be stopped after a, b and c (grace ends in 1m30s)'],
    [{ kind: 'Grace' }, now + 4000, 'is stopping: got its stop signal (SIGKILL in 4s)'],
    [{ kind: 'RestartingAllContainers' }, undefined, 'waits for the restart of all containers'],
    [
      { kind: 'PodEnds', reason: 'init container migrate failed' },
      undefined,
      'will not start: the Pod ends: init container migrate failed',
    ],
  ])('%j: %s', (cause, until, sentence) => {
    expect(describeWait(wait(cause, until), now)).toBe(sentence);
  });
});

it.each<[cause: WaitCause, name: string]>([
  [{ kind: 'StartupProbe', of: 'proxy', failures: 3, failureThreshold: 9 }, 'startup probe of proxy'],
  [{ kind: 'ReadinessProbe', of: 'app', failures: 3 }, 'readiness probe'],
  [{ kind: 'TerminationOrder', of: ['app', 'worker'] }, 'end of app and worker'],
])('nameOfWait(%j) is %s', (cause, name) => expect(nameOfWait(wait(cause))).toBe(name));

function wait(cause: WaitCause, until?: number): Wait {
  return { container: 'app', cause, since: now, ...(until !== undefined && { until }) };
}
