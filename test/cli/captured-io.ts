/** Streams for a command under test: what stdin holds, and what was written. */
export function capturedIO(stdin = ''): {
  io: { stdout: { write(text: string): void }; stderr: { write(text: string): void }; stdin: AsyncIterable<unknown> };
  written: { stdout: string; stderr: string };
} {
  const written = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => ({ write: (text: string): void => void (written[name] += text) });
  return { written, io: { stdout: into('stdout'), stderr: into('stderr'), stdin: chunks(stdin) } };
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* chunks(text: string): AsyncGenerator {
  yield Buffer.from(text);
}
