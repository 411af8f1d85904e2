import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { ExecOptions, ExecSession } from '../../engine/runtime-service.ts';
import { ApiError, badRequest, statusOf } from '../api-error.ts';
import type { Status } from '../api-types.ts';
import type { SupervisedPod } from '../supervised-pod.ts';
import { chooseContainer, statusOfContainer } from './container-choice.ts';
import { flag } from './query.ts';
import { InputFlow, OutputFlow } from './stream-flow.ts';

/** The first byte of each message. Source: k8s.io/apimachinery remotecommand. */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** With v5 the end of the input can be told. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const server = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  maxPayload: 16 * 1024 * 1024,
  handleProtocols: (offered) => protocols.find((name) => offered.has(name)) ?? false,
});

/**
 * `exec` and `attach`: joins the streams of a command, or of the container itself, with a WebSocket.
 *
 * @throws ApiError when there is nothing to join; nothing was answered then.
 */
export function joinStreams(
  verb: 'exec' | 'attach',
  pod: SupervisedPod,
  query: URLSearchParams,
  { request, socket, head }: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
): void {
  const { runtime } = pod;
  const { phase } = pod.pod.status;
  if (runtime === undefined || phase === 'Succeeded' || phase === 'Failed')
    throw badRequest(`cannot ${verb === 'exec' ? 'exec into' : 'attach to'} a container in a completed pod; current phase is ${phase}`);
  const container = chooseContainer(pod.pod, query.get('container'));
  const status = statusOfContainer(pod.pod, container);
  const containerID = status?.state?.running === undefined ? undefined : status.containerID?.replace(/^.*:\/\//, '');
  if (containerID === undefined) throw new ApiError(404, 'NotFound', `container not found ("${container}")`);
  const command = query.getAll('command');
  if (verb === 'exec' && command.length === 0) throw badRequest('you must specify at least one command for the container');
  const tty = flag(query, 'tty');
  const shown = { stdout: flag(query, 'stdout', true), stderr: flag(query, 'stderr', true) && !tty };
  const stdin = flag(query, 'stdin');
  server.handleUpgrade(request, socket, head, (client) => {
    const flow = new OutputFlow(client);
    const options: ExecOptions = {
      command,
      tty,
      stdin,
      output: (stream, chunk) => {
        if (shown[stream]) flow.send(message(channels[stream], chunk));
      },
    };
    const begun = verb === 'exec' ? runtime.exec(containerID, options) : runtime.attach(containerID, options);
    void serve(client, flow, begun);
  });
}

async function serve(client: WebSocket, flow: OutputFlow, begun: Promise<ExecSession>): Promise<void> {
  // The input waits for the command.
  client.pause();
  client.on('error', () => undefined);
  let status: Status;
  try {
    const session = await begun;
    flow.join(session);
    const input = new InputFlow(client);
    client.on('message', (data: Buffer) => take(session, input, data));
    client.on('close', () => session.close());
    client.resume();
    status = exitStatus(await session.exited);
  } catch (error) {
    status = statusOf(error);
  }
  flow.send(message(channels.error, Buffer.from(JSON.stringify(status))));
  // What is paused does not hear the other side's part of the end.
  client.resume();
  client.close(1000);
}

function take(session: ExecSession, input: InputFlow, data: Buffer): void {
  const rest = data.subarray(1);
  switch (data[0]) {
    case channels.stdin:
      input.give(() => session.write(rest));
      return;
    case channels.resize: {
      const size = parseSize(rest.toString());
      if (size !== undefined) session.resize(size.Width, size.Height);
      return;
    }
    case channels.close:
      if (rest[0] === channels.stdin) input.give(() => session.endInput());
      return;
    default:
  }
}

function parseSize(text: string): { readonly Width: number; readonly Height: number } | undefined {
  try {
    const { Width, Height } = JSON.parse(text) as { Width?: unknown; Height?: unknown };
    return typeof Width === 'number' && typeof Height === 'number' ? { Width, Height } : undefined;
  } catch {
    return undefined;
  }
}

function message(channel: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(channel), content]);
}

/** As the kubelet tells how a command ended; a stream that was left has no code. */
function exitStatus(exitCode: number | undefined): Status {
  const head = { kind: 'Status', apiVersion: 'v1', metadata: {} } as const;
  if (exitCode === 0 || exitCode === undefined) return { ...head, status: 'Success' };
  return {
    ...head,
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}
