import type { Wait, WaitCause } from '../lifecycle/wait.ts';
import { countdown, elapsed } from './duration.ts';

/**
 * A wait as one short sentence about its container, without the container's name, on one line, e.g.
 * `waits for envoy-proxy: startup probe has not passed (3 failures, next attempt in 2s)`. `now` in milliseconds since the epoch.
 */
export function describeWait({ container, cause, until }: Wait, now: number): string {
  const due = (time: number | undefined, what: string): string[] => (time === undefined ? [] : [`${what} ${countdown(time - now)}`]);
  switch (cause.kind) {
    case 'Volumes':
      return withMessage('waits for its volumes', cause.message, due(until, 'next attempt'));
    case 'Sandbox':
      return withMessage("waits for the Pod's sandbox", cause.message, due(until, 'next attempt'));
    case 'InitCompletion':
      return `waits for ${cause.of} to complete`;
    case 'SidecarRunning':
      return `waits for ${cause.of} to run`;
    case 'StartupProbe':
      return withDetails(
        `${awaits(container, cause.of)}startup probe has not passed`,
        failures(cause),
        due(cause.nextAttemptAt, 'next attempt'),
      );
    case 'ReadinessProbe':
      return withDetails(
        `${awaits(container, cause.of)}readiness probe has not passed`,
        failures(cause),
        due(cause.nextAttemptAt, 'next attempt'),
      );
    case 'PostStart':
      return `${awaits(container, cause.of)}postStart hook has not ended`;
    case 'StartOrder':
      return `waits for ${cause.of} to be started`;
    case 'ImagePull':
      return withDetails(`waits for image ${cause.image}`, cause.percent === undefined ? [] : [`${cause.percent}%`]);
    case 'ImageBackOff':
      return withMessage(`waits to pull image ${cause.image} again`, cause.message || cause.reason, due(until, 'next attempt'));
    case 'CrashLoopBackOff':
      return withDetails(
        'waits to be restarted',
        [`restart ${cause.restarts + 1}`, `back-off ${elapsed(cause.backOffMs)}`],
        due(until, 'due'),
      );
    case 'StartError':
      return withMessage(`cannot start: ${cause.reason}`, cause.message, due(until, 'next attempt'));
    case 'Starting':
      return 'is being started';
    case 'PreStop':
      return withDetails('is stopping: its preStop hook has not ended', due(until, 'grace ends'));
    case 'TerminationOrder':
      return withDetails(`waits to be stopped after ${list(cause.of)}`, due(until, 'grace ends'));
    case 'Grace':
      return withDetails('is stopping: got its stop signal', due(until, 'SIGKILL'));
    case 'RestartingAllContainers':
      return 'waits for the restart of all containers';
    case 'PodEnds':
      return withMessage('will not start: the Pod ends', cause.reason, []);
  }
}

/** What a wait was for, in a few words for a table, e.g. `startup probe of envoy-proxy`. */
export function nameOfWait({ container, cause }: Wait): string {
  const whose = (of: string): string => (of === container ? '' : ` of ${of}`);
  switch (cause.kind) {
    case 'Volumes':
      return 'volumes';
    case 'Sandbox':
      return 'sandbox';
    case 'InitCompletion':
      return `completion of ${cause.of}`;
    case 'SidecarRunning':
      return `start of ${cause.of}`;
    case 'StartupProbe':
      return `startup probe${whose(cause.of)}`;
    case 'ReadinessProbe':
      return `readiness probe${whose(cause.of)}`;
    case 'PostStart':
      return `postStart hook${whose(cause.of)}`;
    case 'StartOrder':
      return `start of ${cause.of}`;
    case 'ImagePull':
      return 'image pull';
    case 'ImageBackOff':
      return 'image back-off';
    case 'CrashLoopBackOff':
      return 'restart back-off';
    case 'StartError':
      return cause.reason;
    case 'Starting':
      return 'start';
    case 'PreStop':
      return 'preStop hook';
    case 'TerminationOrder':
      return `end of ${list(cause.of)}`;
    case 'Grace':
      return 'shutdown';
    case 'RestartingAllContainers':
      return 'restart of all containers';
    case 'PodEnds':
      return 'end of the Pod';
  }
}

function awaits(container: string, of: string): string {
  return container === of ? '' : `waits for ${of}: `;
}

function failures({ failures: count }: Extract<WaitCause, { failures: number }>): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? 'failure' : 'failures'}`];
}

function withDetails(sentence: string, ...details: readonly string[][]): string {
  const all = details.flat();
  return all.length === 0 ? sentence : `${sentence} (${all.join(', ')})`;
}

function withMessage(sentence: string, message: string | undefined, details: string[]): string {
  const line = message?.trim().replaceAll(/\s+/g, ' ');
  return withDetails(line ? `${sentence}: ${line}` : sentence, details);
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
