import { connect } from 'node:net';
import { dialTimeoutText, networkErrorText, type Endpoint } from './network-error.ts';

/** Connects and closes at once. Undefined when that worked, otherwise why not, in the words of the kubelet. */
export function tcpConnect(endpoint: Endpoint, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(endpoint);
    const finish = (failure: string | undefined) => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(failure);
    };
    const onAbort = () => finish(dialTimeoutText(endpoint));
    signal.addEventListener('abort', onAbort);
    socket.on('connect', () => finish(undefined)).on('error', (error) => finish(networkErrorText(error, endpoint)));
  });
}
