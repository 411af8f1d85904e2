import type { Api, LifecycleHandler, Probe } from '../types.ts';
import type { SpecContext } from './context.ts';
import { type Errors, forbidden, invalid, invalidBecause, notSupported, required } from './field-error.ts';
import { httpHeaderName, portName, portNumber } from './formats.ts';

/** The hooks of a container. */
export function* validateLifecycle({ postStart, preStop }: Api<'Lifecycle'>, context: SpecContext, field: string): Errors {
  if (postStart) yield* validateHandler(postStart, context, `${field}.postStart`);
  if (preStop) yield* validateHandler(preStop, context, `${field}.preStop`);
}

/** What a probe or a hook does: exactly one thing. */
export function* validateHandler(handler: Probe | LifecycleHandler, { spec }: SpecContext, field: string): Errors {
  const { exec, httpGet, tcpSocket } = handler;
  const grpc = 'grpc' in handler ? handler.grpc : undefined;
  const sleep = 'sleep' in handler ? handler.sleep : undefined;
  const given: [string, () => Errors][] = [];
  if (exec) given.push(['exec', () => validateExec(exec, `${field}.exec`)]);
  if (httpGet) given.push(['httpGet', () => validateHttpGet(httpGet, `${field}.httpGet`)]);
  if (tcpSocket) given.push(['tcpSocket', () => validatePort(tcpSocket.port, `${field}.tcpSocket.port`)]);
  if (grpc) given.push(['grpc', () => validatePort(grpc.port, `${field}.grpc.port`)]);
  if (sleep) given.push(['sleep', () => validateSleep(sleep, spec.terminationGracePeriodSeconds, `${field}.sleep`)]);
  const [first, ...others] = given;
  if (first) yield* first[1]();
  for (const [name] of others) yield forbidden(`${field}.${name}`, 'may not specify more than 1 handler type');
  if (!first) yield required(field, 'must specify a handler type');
}

function* validateExec({ command = [] }: Api<'ExecAction'>, field: string): Errors {
  if (command.length === 0) yield required(`${field}.command`);
}

function* validateHttpGet({ path, port, scheme, httpHeaders = [] }: Api<'HTTPGetAction'>, field: string): Errors {
  const supported = ['HTTP', 'HTTPS'];
  if (path === '') yield required(`${field}.path`);
  yield* validatePort(port, `${field}.port`);
  if (!supported.includes(scheme)) yield notSupported(`${field}.scheme`, scheme, supported);
  for (const { name } of httpHeaders) yield* invalidBecause(`${field}.httpHeaders`, name, httpHeaderName(name));
}

/** A port by its number, or by its name in the container's list. */
function validatePort(port: number | string, field: string): Errors {
  return invalidBecause(field, port, typeof port === 'number' ? portNumber(port) : portName(port));
}

function* validateSleep({ seconds }: Api<'SleepAction'>, gracePeriod: number, field: string): Errors {
  if (seconds >= 0 && seconds <= gracePeriod) return;
  yield invalid(field, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`);
}
