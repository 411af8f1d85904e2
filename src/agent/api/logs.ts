import type { ServerResponse } from 'node:http';
import { logDirectory, logFile } from '../../logs/directory.ts';
import type { LogEntry } from '../../logs/entry.ts';
import { followLog } from '../../logs/follow-log.ts';
import { readLog } from '../../logs/read-log.ts';
import { formatTimestamp, parseTimestamp } from '../../logs/timestamp.ts';
import type { Pod } from '../../pod/types.ts';
import { ApiError, badRequest } from '../api-error.ts';
import type { SupervisedPod } from '../supervised-pod.ts';
import type { WatchBroadcast } from '../watch-broadcast.ts';
import { chooseContainer, statusOfContainer } from './container-choice.ts';
import { logInstance } from './log-instance.ts';
import { count, flag } from './query.ts';
import { drained } from './respond.ts';

export interface LogSources {
  readonly broadcast: WatchBroadcast;
  /** Of all Pods. */
  readonly logsDirectory: string;
  readonly now: () => number;
}

/** Answers with the log of one instance of a container as text; with `follow`, as it grows, until the instance has ended. */
export async function sendLog(response: ServerResponse, pod: SupervisedPod, query: URLSearchParams, sources: LogSources): Promise<void> {
  const container = chooseContainer(pod.pod, query.get('container'));
  const { number, isRunning } = logInstance(pod.pod, container, flag(query, 'previous'));
  const directory = pod.runtime?.logDirectory(container) ?? logDirectory(sources.logsDirectory, pod.pod, container);
  const path = logFile(directory, number);
  const tail = count(query, 'tailLines');
  const since = sinceTime(query, sources.now());
  const range = { ...(tail === undefined ? {} : { tail }), ...(since === undefined ? {} : { since }) };
  const hasLeft = new AbortController();
  response.on('close', () => hasLeft.abort());
  const ended = flag(query, 'follow') && isRunning ? whenEnded(pod, container, number, sources.broadcast, hasLeft.signal) : undefined;
  const entries = ended === undefined ? readLog(path, range) : followLog(path, { ...range, ended, signal: hasLeft.signal });
  await write(response, entries, { withTimes: flag(query, 'timestamps'), limitBytes: count(query, 'limitBytes') ?? Infinity }).catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new ApiError(404, 'NotFound', `the log of container "${container}" in pod "${pod.pod.metadata.name}" is not there: ${path}`);
    },
  );
}

interface LogFormat {
  readonly withTimes: boolean;
  readonly limitBytes: number;
}

async function write(response: ServerResponse, entries: AsyncIterable<LogEntry>, { withTimes, limitBytes }: LogFormat): Promise<void> {
  let left = limitBytes;
  const isCut = { stdout: false, stderr: false };
  const begin = (): void => {
    if (response.headersSent) return;
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.flushHeaders();
  };
  // Who follows a container that is silent knows that it was heard.
  const silent = setTimeout(begin, silentMs);
  try {
    for await (const { time, stream, partial, bytes } of entries) {
      const head = withTimes && !isCut[stream] ? `${formatTimestamp(time)} ` : '';
      isCut[stream] = partial;
      const text = Buffer.concat([Buffer.from(head), bytes, Buffer.from(partial ? '' : '\n')]).subarray(0, left);
      left -= text.length;
      begin();
      if (!response.write(text)) await drained(response);
      if (left <= 0 || response.closed) break;
    }
    begin();
  } finally {
    clearTimeout(silent);
  }
  response.end();
}

const silentMs = 20;

/** Aborted once the instance is not the one that runs any more. */
function whenEnded(pod: SupervisedPod, container: string, number: number, broadcast: WatchBroadcast, left: AbortSignal): AbortSignal {
  const ended = new AbortController();
  const look = ({ status }: Pod): void => {
    const own = statusOfContainer({ ...pod.pod, status }, container);
    if (own?.state?.running === undefined || own.restartCount !== number) ended.abort();
  };
  const leave = broadcast.subscribe(({ object }) => {
    if (object.kind === 'Pod' && object.metadata?.uid === pod.pod.metadata.uid) look(object as Pod);
  });
  left.addEventListener('abort', leave);
  look(pod.pod);
  return ended.signal;
}

/** Nanoseconds since the epoch. */
function sinceTime(query: URLSearchParams, now: number): bigint | undefined {
  const seconds = count(query, 'sinceSeconds');
  if (seconds !== undefined) return BigInt(now - seconds * 1000) * 1_000_000n;
  const text = query.get('sinceTime');
  if (text === null || text === '') return undefined;
  const time = parseTimestamp(text);
  if (time === undefined) throw badRequest(`sinceTime: expected a time such as 2026-03-01T12:00:00Z, found ${JSON.stringify(text)}`);
  return time;
}
