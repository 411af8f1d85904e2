import type { ServerResponse } from 'node:http';
import type { WatchLine } from '../api-types.ts';
import type { WatchBroadcast } from '../watch-broadcast.ts';

/**
 * Writes what there is and then what changes, a line of JSON each, until the reader leaves. While a slow reader does not take anything,
 * only the newest state of each object is held for it.
 *
 * @param fits - Which changes are of interest.
 */
export function sendWatch(
  response: ServerResponse,
  present: readonly WatchLine['object'][],
  broadcast: WatchBroadcast,
  fits: (object: WatchLine['object']) => boolean,
): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const pending = new Map<string, WatchLine>();
  const write = (line: WatchLine): void => {
    if (response.writableNeedDrain) hold(pending, line);
    else response.write(`${JSON.stringify(line)}\n`);
    // It would never catch up: it may ask again.
    if (pending.size > mostPending) response.destroy();
  };
  for (const object of present.filter(fits)) write({ type: 'ADDED', object });
  const leave = broadcast.subscribe((line) => {
    if (fits(line.object)) write(line);
  });
  response.on('drain', () => {
    const held = [...pending.values()];
    pending.clear();
    for (const line of held) write(line);
  });
  response.on('close', leave);
  response.flushHeaders();
}

const mostPending = 10_000;

/** An object that is not known yet stays ADDED. */
function hold(pending: Map<string, WatchLine>, line: WatchLine): void {
  const key = line.object.metadata?.uid ?? '';
  const before = pending.get(key);
  pending.delete(key);
  pending.set(key, before?.type === 'ADDED' && line.type === 'MODIFIED' ? { ...line, type: 'ADDED' } : line);
}
