import type { WatchEvent } from '../../trace/watch-event.ts';
import type { Output, RunView } from './run-view.ts';

/**
 * Newline-delimited watch events on `stdout` and nothing else there. Each is handed to the operating system at once; what a slow
 * reader leaves is kept in memory in order, and the Pods do not wait for it.
 */
export function jsonView({ stdout, stderr }: { readonly stdout: Output; readonly stderr: Output }): RunView {
  return {
    start: () => undefined,
    watch: ({ type, time, object }: WatchEvent) => void stdout.write(`${JSON.stringify({ type, time, object })}\n`),
    output: () => undefined,
    waits: () => undefined,
    probe: () => undefined,
    ended: () => undefined,
    notice: (message) => void stderr.write(`outrider: ${message}\n`),
    finish: () => new Promise((resolve) => void stdout.write('', resolve)),
  };
}
