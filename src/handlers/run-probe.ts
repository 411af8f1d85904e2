import type { Clock } from '../engine/clock.ts';
import type { HandlerTarget, ProbeOutcome } from '../engine/handler-runner.ts';
import { execProbeCommand } from '../pod/command.ts';
import { goDuration } from '../pod/go-duration.ts';
import { quote } from '../pod/go-quote.ts';
import type { Api, Probe } from '../pod/types.ts';
import { containerPort } from './container-port.ts';
import { withDeadline } from './deadline.ts';
import { grpcCheck } from './grpc-check.ts';
import { httpGet } from './http-get.ts';
import { httpRequest } from './http-request.ts';
import { tcpConnect } from './tcp-connect.ts';

/** Makes one attempt of a probe, within its timeoutSeconds. Never rejects. */
export async function runProbe(clock: Clock, target: HandlerTarget, probe: Probe): Promise<ProbeOutcome> {
  const timeoutMs = probe.timeoutSeconds * 1000;
  const within = <T>(work: (signal: AbortSignal) => Promise<T>) => withDeadline(clock, timeoutMs, work);
  try {
    if (probe.exec) return await execProbe(target, probe.exec.command ?? [], timeoutMs);
    const { httpGet, tcpSocket, grpc } = probe;
    if (httpGet) return await within((signal) => httpProbe(target, httpGet, signal));
    if (tcpSocket) return await within((signal) => tcpProbe(target, tcpSocket, signal));
    if (grpc) return await within((signal) => grpcProbe(target, grpc, timeoutMs, signal));
  } catch (error) {
    return { result: 'unknown', output: (error as Error).message };
  }
  return { result: 'unknown', output: `missing probe handler for ${target.pod.metadata.name}:${target.container.name}` };
}

const userAgent = 'kube-probe/1.36';
const maxOutputBytes = 10 * 1024;

async function execProbe({ container, exec }: HandlerTarget, command: readonly string[], timeoutMs: number): Promise<ProbeOutcome> {
  const expanded = execProbeCommand(container, command);
  const result = await exec(expanded, timeoutMs);
  switch (result.kind) {
    case 'exited':
      return { result: result.exitCode === 0 ? 'success' : 'failure', output: cut(result.output) };
    case 'timeout':
      return failure(`command timed out: ${quote(expanded.join(' '))} timed out after ${goDuration(timeoutMs)}`);
    case 'error':
      return { result: 'unknown', output: result.message };
  }
}

async function httpProbe({ container, podIP }: HandlerTarget, action: Api<'HTTPGetAction'>, signal: AbortSignal): Promise<ProbeOutcome> {
  const result = await httpGet(httpRequest(action, container, podIP, userAgent), signal);
  if (result.kind === 'failed') return failure(result.message);
  if (result.kind === 'broken') return { result: 'unknown', output: result.message };
  const { status, body } = result;
  if (status < 200 || status >= 400) return failure(`HTTP probe failed with statuscode: ${status}`);
  if (status >= 300) return { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
  return { result: 'success', output: body };
}

async function tcpProbe({ container, podIP }: HandlerTarget, action: Api<'TCPSocketAction'>, signal: AbortSignal): Promise<ProbeOutcome> {
  const problem = await tcpConnect({ host: action.host || podIP, port: containerPort(action.port, container) }, signal);
  return problem === undefined ? { result: 'success', output: '' } : failure(problem);
}

async function grpcProbe({ podIP }: HandlerTarget, { port, service }: Api<'GRPCAction'>, timeoutMs: number, signal: AbortSignal) {
  const { ok, output } = await grpcCheck({ host: podIP, port, service, userAgent, timeoutMs }, signal);
  return ok ? { result: 'success' as const, output } : failure(output);
}

function failure(output: string): ProbeOutcome {
  return { result: 'failure', output };
}

function cut(output: string): string {
  const bytes = Buffer.from(output);
  return bytes.length <= maxOutputBytes ? output : bytes.toString('utf8', 0, maxOutputBytes);
}
