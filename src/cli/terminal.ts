import type { Readable, Writable } from 'node:stream';
import type { RemoteStreams } from './remote-streams.ts';

/** The streams of this process; `process` fits. */
export interface TerminalIO {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable;
}

export interface TerminalOptions {
  readonly stdin: boolean;
  /** Keys go through one by one, and none of them means anything here but those that detach. */
  readonly raw: boolean;
  /** Bytes that leave the container and let it go on. */
  readonly detachKeys?: Buffer;
}

/**
 * Joins this process's streams to those in a container until they end.
 *
 * @returns the exit code of the command; 0 after the keys that detach.
 */
export async function joinTerminal(streams: RemoteStreams, io: TerminalIO, options: TerminalOptions): Promise<number> {
  const { stdin, stdout, stderr } = io;
  const detached = new AbortController();
  const detach = (): void => {
    detached.abort();
    streams.close();
  };
  const resized = (): void => streams.resize(stdout.columns ?? 80, stdout.rows ?? 24);
  if (options.raw) {
    stdin.setRawMode?.(true);
    stdout.on('resize', resized);
    resized();
  }
  streams.receive({ stdout, stderr });
  if (options.stdin) void forwardInput(stdin, streams, options.detachKeys, detach);
  else streams.endInput();
  try {
    return await streams.ended;
  } catch (error) {
    if (detached.signal.aborted) return 0;
    throw error;
  } finally {
    stdout.off('resize', resized);
    if (options.raw) stdin.setRawMode?.(false);
    stdin.pause();
  }
}

/** As fast as the container takes it. An input that fails ends as one that is over. */
async function forwardInput(stdin: Readable, streams: RemoteStreams, detachKeys: Buffer | undefined, detach: () => void): Promise<void> {
  let last = Buffer.alloc(0);
  try {
    for await (const chunk of stdin) {
      const bytes = chunk as Buffer;
      if (detachKeys !== undefined) {
        last = Buffer.concat([last, bytes]);
        const at = last.indexOf(detachKeys);
        if (at >= 0) {
          detach();
          return;
        }
        last = last.subarray(Math.max(last.length - detachKeys.length + 1, 0));
      }
      await streams.write(bytes);
    }
  } finally {
    streams.endInput();
  }
}
