import { Metadata, Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { HandlerTarget, ProbeOutcome } from '../../src/engine/handler-runner.ts';
import { createHandlerRunner } from '../../src/handlers/handler-runner.ts';
import { machineClock, VirtualClock } from '../fixtures/clocks.ts';
import { makeContainer, makePod } from '../fixtures/pod.ts';

type Call = ServerUnaryCall<{ service: string }, number>;
type Handler = (call: Call, callback: sendUnaryData<number>) => void;

const target: HandlerTarget = {
  pod: makePod(),
  container: makeContainer(),
  podIP: '127.0.0.1',
  exec: () => Promise.reject(new Error('no exec here')),
};

let server: Server | undefined;
afterEach(() => server?.forceShutdown());

/** A server with one method: health checks by default. */
async function serve(check: Handler, path = '/grpc.health.v1.Health/Check'): Promise<number> {
  server = new Server();
  const definition = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: ({ service }: { service: string }) => Buffer.from(service),
    requestDeserialize: (bytes: Buffer) => ({ service: bytes.subarray(2).toString() }),
    responseSerialize: (value: number) => Buffer.from([8, value]),
    responseDeserialize: (bytes: Buffer) => bytes[1] ?? 0,
  };
  server.addService({ check: definition }, { check });
  const bound = server;
  return new Promise((resolve, reject) =>
    bound.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port))),
  );
}

const grpcProbe = (port: number, service = '', clock = machineClock): Promise<ProbeOutcome> =>
  createHandlerRunner(clock).probe(target, {
    timeoutSeconds: 5,
    periodSeconds: 1,
    successThreshold: 1,
    failureThreshold: 1,
    grpc: { port, service },
  });

describe('grpc probe', () => {
  test.each<[number, ProbeOutcome]>([
    [1, { result: 'success', output: 'service healthy' }],
    [0, { result: 'failure', output: 'service unhealthy (responded with "UNKNOWN")' }],
    [2, { result: 'failure', output: 'service unhealthy (responded with "NOT_SERVING")' }],
    [3, { result: 'failure', output: 'service unhealthy (responded with "SERVICE_UNKNOWN")' }],
  ])('status %d', async (health, expected) => {
    expect(await grpcProbe(await serve((_, callback) => callback(null, health)))).toEqual(expected);
  });

  test('asks for the service and says who it is', async () => {
    const asked: (string | undefined)[] = [];
    const port = await serve((call, callback) => {
      asked.push(call.request.service, call.metadata.get('user-agent')[0]?.toString().split(' ')[0]);
      callback(null, 1);
    });
    await grpcProbe(port, 'my.service');
    expect(asked).toEqual(['my.service', 'kube-probe/1.36']);
  });

  test('a server without the health service', async () => {
    const { result, output } = await grpcProbe(await serve(() => undefined, '/other.Service/Check'));
    expect(result).toBe('failure');
    expect(output).toMatch(/^error: this server does not implement the grpc health protocol \(grpc\.health\.v1\.Health\): /);
  });

  test('another status', async () => {
    const port = await serve((_, callback) => callback({ code: status.NOT_FOUND, details: 'unknown service', metadata: new Metadata() }));
    expect(await grpcProbe(port, 'nope')).toEqual({
      result: 'failure',
      output: 'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
    });
  });

  test('a call that does not end', async () => {
    const clock = new VirtualClock();
    const port = await serve(() => clock.advance(5000));
    expect(await grpcProbe(port, '', clock)).toEqual({ result: 'failure', output: 'timeout: health rpc did not complete within 5s' });
  });

  test('nobody listens', async () => {
    const unused = createTcpServer();
    const port = await new Promise<number>((resolve) =>
      unused.listen(0, '127.0.0.1', () => resolve((unused.address() as AddressInfo).port)),
    );
    await new Promise((resolve) => unused.close(resolve));
    const clock = new VirtualClock();
    const outcome = grpcProbe(port, '', clock);
    clock.advance(5000);
    expect(await outcome).toEqual({
      result: 'failure',
      output: `timeout: failed to connect service "127.0.0.1:${port}" within 5s: context deadline exceeded`,
    });
  });
});
