import type { Clock } from '../engine/clock.ts';
import type { HandlerTarget, HookOutcome } from '../engine/handler-runner.ts';
import { formatPod } from '../pod/format-pod.ts';
import { quote } from '../pod/go-quote.ts';
import type { Api, LifecycleHandler } from '../pod/types.ts';
import { withDeadline } from './deadline.ts';
import { httpGet } from './http-get.ts';
import { httpRequest, type HttpRequest } from './http-request.ts';

/**
 * Runs a postStart or preStop hook. One that does not end within `timeoutMs` is given up as failed. Messages are the kubelet's.
 * Never rejects.
 */
export function runHook(
  clock: Clock,
  target: HandlerTarget,
  handler: LifecycleHandler,
  timeoutMs: number | undefined,
): Promise<HookOutcome> {
  const { exec, httpGet, sleep } = handler;
  if (exec) return execHook(target, exec.command ?? [], timeoutMs);
  if (httpGet) return withDeadline(clock, timeoutMs, (signal) => httpHook(target, httpGet, signal));
  if (sleep) return sleepHook(clock, target, sleep.seconds, timeoutMs);
  return Promise.resolve({ ok: false, message: `Cannot run handler: invalid handler: ${Object.keys(handler).join(', ') || 'none'}` });
}

const userAgent = 'kube-lifecycle/1.36';
const done: HookOutcome = { ok: true, message: '' };

/** The command is not expanded. */
async function execHook(target: HandlerTarget, command: readonly string[], timeoutMs: number | undefined): Promise<HookOutcome> {
  const result = await target.exec(command, timeoutMs);
  const name = `Exec lifecycle hook ([${command.join(' ')}])`;
  const line = command.join(' ');
  switch (result.kind) {
    case 'exited': {
      const { exitCode, output } = result;
      if (exitCode === 0) return done;
      return failed(name, target, `command '${line}' exited with ${exitCode}: , message: ${quote(output)}`);
    }
    case 'timeout':
      return failed(name, target, `command ${quote(line)} did not end in time, message: ${quote(result.output)}`);
    case 'error':
      return failed(name, target, `${result.message}, message: ""`);
  }
}

/** Any answer is a success. An https hook that is answered without TLS is asked again over http, without Authorization. */
async function httpHook(target: HandlerTarget, action: Api<'HTTPGetAction'>, signal: AbortSignal): Promise<HookOutcome> {
  const name = `HTTP lifecycle hook (${action.path})`;
  let request: HttpRequest;
  try {
    request = httpRequest(action, target.container, target.podIP, userAgent);
  } catch (error) {
    return failed(name, target, (error as Error).message);
  }
  const result = await httpGet(request, signal);
  if (result.kind !== 'failed') return done;
  if (result.plainHttp) {
    const headers = request.headers.filter(([header]) => header !== 'Authorization');
    const second = await httpGet({ ...request, scheme: 'http', headers }, signal);
    if (second.kind !== 'failed') return { ...done, httpFallback: true };
  }
  return failed(name, target, result.message);
}

function sleepHook(clock: Clock, target: HandlerTarget, seconds: number, timeoutMs = Infinity): Promise<HookOutcome> {
  const isInterrupted = timeoutMs < seconds * 1000;
  const outcome = isInterrupted
    ? failed(`Sleep lifecycle hook (${seconds})`, target, 'container terminated before sleep hook finished')
    : done;
  const end = clock.now() + (isInterrupted ? timeoutMs : seconds * 1000);
  return new Promise((resolve) => clock.at(end, () => resolve(outcome)));
}

function failed(hook: string, { container, pod }: HandlerTarget, error: string): HookOutcome {
  return { ok: false, message: `${hook} for Container ${quote(container.name)} in Pod ${quote(formatPod(pod))} failed - error: ${error}` };
}
