import type { Clock } from '../../engine/clock.ts';
import type { OutputFormat } from '../run-options.ts';
import { jsonView } from './json-view.ts';
import type { RunView } from './run-view.ts';
import { styleFor } from './style.ts';
import { terminalEvents } from './terminal-events.ts';

/**
 * The view of a run for this process's standard output: watch events for `json`, otherwise the live view on a terminal that can be
 * redrawn and plain lines elsewhere, and where `isLive` says that time does not pass. What the others need is not loaded.
 */
export async function createView(output: OutputFormat, clock: Clock, isLive = true): Promise<RunView> {
  const { stdout, stderr, env } = process;
  if (output === 'json') return jsonView({ stdout, stderr });
  const style = styleFor(stdout, env);
  if (isLive && stdout.isTTY && env['TERM'] !== 'dumb') {
    const { LiveView } = await import('./live-view.ts');
    return new LiveView({ stdout, clock, style, terminal: terminalEvents(stdout) });
  }
  const { plainView } = await import('./plain-view.ts');
  return plainView({ stdout, stderr, clock, style });
}
