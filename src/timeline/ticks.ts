/** A mark of the time axis. */
export interface Tick {
  readonly atMs: number;
  readonly label: string;
}

/** At most `most` (at least 1) steps of a round length from 0 to `endMs`, each with its time. */
export function ticks(endMs: number, most: number): Tick[] {
  const step = stepsMs.find((candidate) => endMs / candidate <= most) ?? Math.ceil(endMs / most / dayMs) * dayMs;
  return Array.from({ length: Math.floor(endMs / step) + 1 }, (_, index) => ({ atMs: index * step, label: timeLabel(index * step, step) }));
}

const [secondMs, minuteMs, hourMs, dayMs] = [1000, 60_000, 3_600_000, 86_400_000];

const stepsMs = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((count) => count * secondMs),
  ...[1, 2, 5, 10, 20, 30].map((count) => count * minuteMs),
  ...[1, 2, 3, 6, 12].map((count) => count * hourMs),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => count * dayMs),
];

/** `1.5s`, `2m`, `1m30s`, `3h`, `2d`: exact for multiples of the step. */
function timeLabel(ms: number, stepMs: number): string {
  if (ms === 0) return '0';
  if (ms < minuteMs) return stepMs < 10 || ms < 10 ? `${ms}ms` : `${ms / secondMs}s`;
  const parts = [
    [Math.floor(ms / dayMs), 'd'],
    [Math.floor(ms / hourMs) % 24, 'h'],
    [Math.floor(ms / minuteMs) % 60, 'm'],
    [(ms % minuteMs) / secondMs, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join('');
}
