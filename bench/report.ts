/** One line of a report: what, measured, and the goal if there is one. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal?: string;
  /** Whether the goal is reached. */
  readonly reached?: boolean;
}

export function printReport(title: string, rows: readonly Row[]): void {
  const whatWidth = Math.max(...rows.map(({ what }) => what.length));
  const measuredWidth = Math.max(...rows.map(({ measured }) => measured.length));
  console.log(`\n${title}`);
  for (const { what, measured, goal, reached } of rows) {
    const verdict = goal === undefined ? '' : `   goal ${goal}: ${reached === true ? 'reached' : 'missed'}`;
    console.log(`  ${what.padEnd(whatWidth)}   ${measured.padStart(measuredWidth)}${verdict}`);
  }
}

/** A ratio with its goal: `limit` times at most. */
export function ratioRow(what: string, ratio: number, limit: number): Row {
  return { what, measured: `${ratio.toFixed(2)}x`, goal: `within ${limit}x`, reached: ratio <= limit };
}

export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}
