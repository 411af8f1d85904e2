import { setTimeout as delay } from 'node:timers/promises';
import type { FollowOutput } from '../containers/container-engine.ts';
import type { Exits } from './exits.ts';
import { ApiError, type HttpApi } from './http-api.ts';
import { FrameReader } from './frames.ts';
import { TimedReader } from './timed-reader.ts';

/**
 * Docker's output of containers, from the log that it keeps: with the engine's own times, by which a later program goes on exactly
 * where this one was. The log gives a line as fast as a connection to the container does (within 2 ms), ends when that ends, and has
 * everything even when it is opened after the start: so there is one way for new containers and for those that are taken over.
 */
export async function followLog(api: HttpApi, exits: Exits, id: string, follow: FollowOutput): Promise<void> {
  const { since, signal } = follow;
  const container = await exits.find(id);
  const aborted = new Promise<false>((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true }));
  if (!(await Promise.race([container.started, aborted]))) return;
  // The engine reads the two streams by themselves, so an earlier line of one may come after a later one of the other.
  const last = { stdout: since, stderr: since };
  // The end of what is followed comes up to 30 ms after the container's, and on a busy engine before the last lines: what is left is
  // read when the container has ended.
  const ended = new AbortController();
  void container.finished.then(() => ended.abort());
  const following = AbortSignal.any([signal, ended.signal]);
  for (let hasEnded = false; ;) {
    const reader = new TimedReader(container.tty, undefined, (stream, chunk, time) => {
      const told = last[stream];
      if (time !== undefined && told !== undefined && time <= told) return;
      last[stream] = time ?? told;
      follow.output(stream, chunk, time);
    });
    const { stdout = 0n, stderr = 0n } = last;
    const newest = stdout > stderr ? stdout : stderr;
    const end = await readLog(
      api,
      id,
      { since: newest > second ? newest - second : undefined, follow: !hasEnded, signal: hasEnded ? signal : following },
      reader,
    );
    if (signal.aborted || end === 'gone' || (end === 'complete' && hasEnded)) return;
    // An engine that itself ends does so with the log as well, and the container may go on.
    if (end === 'complete') await Promise.race([container.finished, exits.checked(), aborted]);
    else if (!following.aborted) await delay(retryMs);
    hasEnded = container.state === 'ended' || container.state === 'gone';
  }
}

const retryMs = 50;

interface LogRequest {
  readonly since: bigint | undefined;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

async function readLog(
  api: HttpApi,
  id: string,
  { since, follow, signal }: LogRequest,
  reader: TimedReader,
): Promise<'complete' | 'lost' | 'gone'> {
  const from = since === undefined ? {} : { since: `${since / second}.${String(since % second).padStart(9, '0')}` };
  try {
    const query = { follow, stdout: true, stderr: true, timestamps: true, ...from };
    const response = await api.stream('GET', `/containers/${id}/logs`, { query, signal });
    for await (const chunk of response) reader.push(chunk as Buffer);
    reader.end();
    return response.complete ? 'complete' : 'lost';
  } catch (error) {
    return error instanceof ApiError && error.isNotFound ? 'gone' : 'lost';
  }
}

const second = 1_000_000_000n;

/**
 * The output of a container of a Podman elsewhere, by a connection to it. What is taken over is told by its log, whose times are
 * whole seconds there: lines of the second of `since` are not told again.
 */
export async function followStreams(api: HttpApi, exits: Exits, id: string, follow: FollowOutput): Promise<void> {
  const { since, signal } = follow;
  const container = await exits.find(id);
  if (since !== undefined || container.state === 'running') return followLog(api, exits, id, follow);
  const connection = await api.hijack(`/containers/${id}/attach`, { query: { stream: true, stdout: true, stderr: true } });
  const leave = (): void => void connection.destroy();
  signal.addEventListener('abort', leave, { once: true });
  const frames = new FrameReader((stream, chunk) => follow.output(stream, chunk, undefined));
  try {
    for await (const chunk of connection) {
      if (container.tty) follow.output('stdout', chunk as Buffer, undefined);
      else frames.push(chunk as Buffer);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
