import { elapsed } from '../printers/duration.ts';
import type { ContainerTrack, PodTrack, Timeline } from './model.ts';

/** What became of a Pod in a few words: `Ready after 5.64s; Completed after 9.13s`. */
export function podSummary({ criticalPath: { goal, atMs }, createdMs, endedMs, lastMs, ready, status }: PodTrack): string {
  const after = (ms: number): string => `after ${elapsed(ms - createdMs)}`;
  const first = goal === 'ready' ? [`Ready ${after(atMs)}`] : [`not Ready`];
  const last = endedMs === undefined ? `${ready} ${status} ${after(lastMs)}` : `${status} ${after(endedMs)}`;
  return [...first, last].join('; ');
}

/** What a container did, for the end of its line: `completed after 2.37s`, `exit code 1 (Error), 3 restarts`, `ready`. */
export function containerSummary({ segments, marks, restarts }: ContainerTrack): string {
  const last = segments.at(-1);
  const exit = marks.findLast(({ kind }) => kind === 'exit' || kind === 'error');
  const hasEnded = exit !== undefined && exit.atMs >= (last?.toMs ?? 0);
  const text = hasEnded ? exit.text : (last?.text ?? 'not started');
  return restarts === 0 ? text : `${text}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
}

/** One line about all of it. */
export function titleOf({ pods, runs }: Timeline): string {
  const names = [...new Set(pods.map(({ name }) => name))];
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return runs.length > 1 ? `${shown}: ${runs.map(({ label }) => label).join(', ')}` : shown;
}
