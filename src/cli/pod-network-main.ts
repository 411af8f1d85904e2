import type { NetworkAnswer, NetworkRequest } from '../handlers/pod-network.ts';
import { createHandlerRunner } from '../handlers/handler-runner.ts';
import { systemClock } from './system-clock.ts';

// A program of its own, which a supervisor starts in the network of a Pod: it runs the handlers that it is sent, and ends with the
// supervisor or when none has come for a while.
const idleMs = 30_000;

const runner = createHandlerRunner(systemClock);
const idle = setTimeout(() => process.disconnect(), idleMs);

process.on('message', (request: NetworkRequest) => {
  idle.refresh();
  void run(request).then((outcome) => process.send?.({ id: request.id, outcome } satisfies NetworkAnswer));
});
process.on('disconnect', () => process.exit());

function run(request: NetworkRequest): Promise<NetworkAnswer['outcome']> {
  const target = { ...request.target, exec: () => Promise.reject(new Error('commands are run by the runtime')) };
  return 'probe' in request ? runner.probe(target, request.probe) : runner.hook(target, request.hook, request.timeoutMs);
}
