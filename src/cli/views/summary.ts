import stringWidth from 'string-width';
import { containerLabel } from '../../printers/container-label.ts';
import { nameOfWait } from '../../printers/describe-wait.ts';
import { elapsed } from '../../printers/duration.ts';
import { type ContainerTimeline, waitKey } from '../../trace/container-timeline.ts';
import type { PodTimeline, RunModel } from '../../trace/run-model.ts';
import { table } from '../table.ts';
import { hasFailed, isRunning } from './container-text.ts';
import { containerName, count } from './names.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

export interface SummaryOptions {
  readonly startedAt: number;
  readonly now: number;
  readonly style: Style;
  /** Columns that may be used. Undefined: as many as it takes. */
  readonly width?: number;
}

/**
 * What each container did, at the end of a run: when it first started (since the run began), how long it ran in all, its restarts,
 * how it ended, and what it waited for how long, longest first; waits shorter than 50 ms are left out. A table; where that is too
 * wide, the waits stand below each row, and where even that is too wide, all of it does.
 */
export function summary(model: RunModel, options: SummaryOptions): string[] {
  const rows = model.pods.flatMap((pod) => pod.containers.map((container) => row(pod, container, options)));
  if (rows.length === 0) return [];
  const { bold, dim } = options.style.colors;
  const [header = '', ...lines] = layout(rows, options.width ?? Infinity);
  return [bold(`Summary of ${count(model.pods.length, 'Pod')} after ${elapsed(options.now - options.startedAt)}`), dim(header), ...lines];
}

function layout(rows: readonly Row[], width: number): string[] {
  const wide = table([[...headings, 'WAITED'], ...rows.map(({ cells, waits }) => [...cells, waits.length === 0 ? '-' : waits])]);
  if (fits(wide, width)) return wide;
  const waited = ({ waits }: Row): string[] =>
    waits.length === 0 ? [] : wrap(`waited ${waits.join(', ')}`, width - 4).map((line) => `    ${line}`);
  const [header = '', ...lines] = table([headings, ...rows.map(({ cells }) => cells)]);
  if (fits([header, ...lines], width)) return [header, ...lines.flatMap((line, index) => [line, ...waited(rows[index] as Row)])];
  return [
    '',
    ...rows.flatMap((row) => {
      const [name, started, ran, restarts, exit] = row.cells;
      return [
        name,
        ...wrap(`started ${started}, ran ${ran}, restarts ${restarts}, exit ${exit}`, width - 4).map((line) => `    ${line}`),
        ...waited(row),
      ];
    }),
  ];
}

function fits(lines: readonly string[], width: number): boolean {
  return lines.every((line) => stringWidth(line) <= width);
}

const headings = ['CONTAINER', 'STARTED', 'RAN', 'RESTARTS', 'EXIT'];

interface Row {
  readonly cells: readonly [name: string, started: string, ran: string, restarts: string, exit: string];
  readonly waits: readonly string[];
}

function row(pod: PodTimeline, container: ContainerTimeline, { startedAt, now, style }: SummaryOptions): Row {
  const { spans, restarts } = container;
  const hasStarted = container.startedAt !== undefined;
  const ranMs = spans.filter(isRunning).reduce((sum, { from, to = now }) => sum + to - from, 0);
  const exit = hasFailed(container) ? style.colors.red(exitCell(container)) : exitCell(container);
  return {
    cells: [
      containerName(pod.key, containerLabel(container)),
      hasStarted ? elapsed(container.startedAt - startedAt) : '-',
      hasStarted ? elapsed(ranMs) : '-',
      String(restarts),
      exit,
    ],
    waits: waitTotals(container, now),
  };
}

function exitCell({ exit, startedAt }: ContainerTimeline): string {
  if (exit === undefined) return startedAt === undefined ? 'not started' : 'still running';
  return exit.reason ? `${exit.exitCode} ${exit.reason}` : String(exit.exitCode);
}

function waitTotals({ spans }: ContainerTimeline, now: number): string[] {
  const totals = new Map<string, { readonly name: string; readonly ms: number }>();
  for (const { from, to = now, wait } of spans) {
    if (wait === undefined) continue;
    const ms = (totals.get(waitKey(wait))?.ms ?? 0) + to - from;
    totals.set(waitKey(wait), { name: nameOfWait(wait), ms });
  }
  const long = [...totals.values()].filter(({ ms }) => ms >= 50).toSorted((a, b) => b.ms - a.ms);
  return long.map(({ name, ms }) => `${elapsed(ms)} ${name}`);
}
