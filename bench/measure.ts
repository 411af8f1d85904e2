import { spawn } from 'node:child_process';

/** Wall time of a command that must succeed, from before it is started until it has ended, in milliseconds. */
export async function timeCommand(command: readonly string[]): Promise<number> {
  const [program = '', ...args] = command;
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [exitCode] = await new Promise<[number | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve([code]));
  });
  if (exitCode !== 0) throw new Error(`exit code ${exitCode ?? 'none'}: ${command.join(' ').slice(0, 200)}`);
  return performance.now() - startedAt;
}

/** Runs all the commands in turn, `rounds` times after one round that does not count: their median times in milliseconds. */
export function compare<Name extends string>(
  commands: Readonly<Record<Name, readonly string[]>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const tasks = Object.entries<readonly string[]>(commands).map(([name, command]) => [name, () => timeCommand(command)] as const);
  return compareTasks(Object.fromEntries(tasks) as Record<Name, () => Promise<number>>, rounds);
}

/** The same of anything that gives the milliseconds it took. */
export async function compareTasks<Name extends string>(
  tasks: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(tasks) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const ms = await tasks[name]();
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that a part of the values, 0 to 1, does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}
