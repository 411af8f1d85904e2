import type { ServiceError } from '@grpc/grpc-js';
import { goDuration } from '../pod/go-duration.ts';
import { quote } from '../pod/go-quote.ts';
import { joinHostPort } from './address.ts';
import { decodeHealthResponse, encodeHealthRequest, healthCheckPath } from './health-check.ts';
import type { Endpoint } from './network-error.ts';

export interface GrpcCheck extends Endpoint {
  /** Empty: the server as a whole. */
  readonly service: string;
  readonly userAgent: string;
  /** Only named in messages; `signal` is what ends the check. */
  readonly timeoutMs: number;
}

export interface CheckResult {
  readonly ok: boolean;
  readonly output: string;
}

/**
 * Asks a server for its health over plaintext gRPC: a connection of its own, one call. The library is loaded at the first
 * check. A refused connection is tried again until `signal` ends the check. Messages are those of the kubelet.
 */
export async function grpcCheck(check: GrpcCheck, signal: AbortSignal): Promise<CheckResult> {
  const { Client, credentials } = (await import('@grpc/grpc-js')).default;
  const client = new Client(joinHostPort(check.host, check.port), credentials.createInsecure(), {
    'grpc.primary_user_agent': check.userAgent,
    'grpc.enable_http_proxy': 0,
    'grpc.use_local_subchannel_pool': 1,
  });
  const result = await new Promise<CheckResult>((resolve) => {
    let isConnected = false;
    const expire = () => resolve(failure(timeoutText(check, isConnected)));
    if (signal.aborted) return expire();
    signal.addEventListener('abort', expire);
    client.waitForReady(Infinity, (error) => {
      if (error) return resolve(failure(`error: failed to connect service at ${quote(address(check))}: ${error.message}`));
      isConnected = true;
      client.makeUnaryRequest(healthCheckPath, encodeHealthRequest, decodeHealthResponse, check.service, (problem, status) =>
        resolve(problem === null ? healthResult(status ?? 'UNKNOWN') : failure(problemText(problem, check))),
      );
    });
  });
  client.close();
  return result;
}

function healthResult(status: string): CheckResult {
  if (status === 'SERVING') return { ok: true, output: 'service healthy' };
  return failure(`service unhealthy (responded with ${quote(status)})`);
}

function problemText({ code, details }: ServiceError, check: GrpcCheck): string {
  const name = codes[code] ?? `Code(${String(code)})`;
  if (name === 'Unimplemented') {
    return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${details}`;
  }
  if (name === 'DeadlineExceeded') return timeoutText(check, true);
  return `error: health rpc probe failed: rpc error: code = ${name} desc = ${details}`;
}

function timeoutText(check: GrpcCheck, isConnected: boolean): string {
  const timeout = goDuration(check.timeoutMs);
  if (isConnected) return `timeout: health rpc did not complete within ${timeout}`;
  return `timeout: failed to connect service ${quote(address(check))} within ${timeout}: context deadline exceeded`;
}

function address({ host, port }: GrpcCheck): string {
  return joinHostPort(host, port);
}

function failure(output: string): CheckResult {
  return { ok: false, output };
}

/** gRPC's codes by number, as Go names them. */
const codes = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];
