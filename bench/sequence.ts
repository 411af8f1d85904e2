import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, median, quantile, timeCommand } from './measure.ts';
import { ms, printReport, ratioRow } from './report.ts';
import { containerCount, sequencePod } from './sequence-pod.ts';

const rounds = 11;

/**
 * Ten init containers and a main one, one after the other, against shell loops that start as many processes: in mount and PID
 * namespaces of their own, and also on a root file system made for each of them, as a container has it.
 */
export async function benchSequence(program: string, scratch: string): Promise<void> {
  const pod = join(scratch, 'true.json');
  writeFileSync(pod, JSON.stringify(sequencePod(['true'])));
  const run = [process.execPath, program, 'run', '--runtime', 'process', pod, '-o', 'json', '--state-dir', join(scratch, 'state')];
  const times = await compare({ run, namespaces: loop('true'), roots: loop(onOwnRoot('true')) }, rounds);
  const runs = await measureRuns(program, scratch);
  const gaps = runs.flatMap((one) => one.gaps);
  const alone = median(runs.map((one) => one.total));
  printReport(`A sequence of ${containerCount} containers that run \`true\` (medians of ${rounds})`, [
    { what: 'outrider run, as a whole', measured: ms(times.run) },
    { what: 'outrider run, first container to last', measured: ms(alone) },
    { what: 'shell loop, namespaces only', measured: ms(times.namespaces) },
    { what: 'shell loop, namespaces and a root for each', measured: ms(times.roots) },
    ratioRow('run : loop, namespaces only', times.run / times.namespaces, 1.5),
    ratioRow('run : loop, namespaces and a root for each', times.run / times.roots, 1.5),
    { what: 'first container to last : loop, with roots', measured: `${(alone / times.roots).toFixed(2)}x` },
    goalRow('from exit to next start, median', median(gaps)),
    goalRow(`from exit to next start, 99th percentile of ${gaps.length}`, quantile(gaps, 0.99)),
    { what: 'the same in the loop, namespaces only', measured: ms(median(loopGaps('date +%s%N'))) },
    { what: 'the same in the loop, with roots', measured: ms(median(loopGaps(onOwnRoot('date +%s%N')))) },
  ]);
}

function goalRow(what: string, value: number): { what: string; measured: string; goal: string; reached: boolean } {
  return { what, measured: ms(value), goal: 'under 5 ms', reached: value < 5 };
}

interface SequenceTimes {
  readonly gaps: readonly number[];
  /** From the first container's first steps to those of the last. */
  readonly total: number;
}

/**
 * Every container writes down the time. Between two of these times lie the rest of the one's life, its exit, the next one's start
 * and its first steps: a little more than what is asked for.
 */
async function measureRuns(program: string, scratch: string): Promise<SequenceTimes[]> {
  const pod = join(scratch, 'date.json');
  writeFileSync(pod, JSON.stringify(sequencePod(['date', '+%s%N'])));
  const results: SequenceTimes[] = [];
  for (let round = 0; round < rounds; round++) {
    const state = join(scratch, `state-${round}`);
    await timeCommand([process.execPath, program, 'run', '--runtime', 'process', pod, '-o', 'json', '--state-dir', state]);
    const gaps = gapsOf(readTimes(join(state, 'logs')));
    results.push({ gaps, total: gaps.reduce((sum, gap) => sum + gap, 0) });
    rmSync(state, { recursive: true });
  }
  return results;
}

/** The same of a shell loop whose processes write down the time. */
function loopGaps(script: string): number[] {
  return Array.from({ length: rounds }, () => {
    const [command = '', ...args] = loop(script);
    return gapsOf(execFileSync(command, args, { encoding: 'utf8' }).trim().split('\n').map(BigInt));
  }).flat();
}

/** In milliseconds, of times in nanoseconds. */
function gapsOf(times: readonly bigint[]): number[] {
  return times.slice(1).map((time, index) => Number(time - (times[index] ?? 0n)) / 1e6);
}

function readTimes(logs: string): bigint[] {
  const [pod = ''] = readdirSync(logs);
  const times = readdirSync(join(logs, pod)).map((name) => {
    const [line = ''] = readFileSync(join(logs, pod, name, '0.log'), 'utf8').split('\n');
    return BigInt(line.split(' ').at(-1) ?? '');
  });
  return times.sort((a, b) => Number(a - b));
}

/** A Pod's namespaces, and in them a loop that runs the piece of shell in namespaces of its own, time after time. */
function loop(script: string): string[] {
  const numbers = Array.from({ length: containerCount }, (_, index) => index).join(' ');
  const each = script.includes(';') ? `sh -e -c '${script}'` : script;
  return [
    ...['unshare', ...(isRoot ? [] : ['--user', '--map-root-user']), '--mount', '--pid', '--ipc', '--uts', '--fork', 'sh', '-e', '-c'],
    `for number in ${numbers}; do unshare --mount --pid --fork ${each}; done`,
  ];
}

const isRoot = process.getuid?.() === 0;

/** A private layer over the machine's files, fresh /tmp and /run, a /proc of its own. */
function onOwnRoot(command: string): string {
  return [
    'mount -n -t tmpfs tmpfs /mnt',
    'mkdir /mnt/upper /mnt/work /mnt/root',
    `mount -n -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work${isRoot ? '' : ',userxattr'} overlay /mnt/root`,
    'mount -n -t proc proc /mnt/root/proc',
    'mount -n -t tmpfs tmpfs /mnt/root/tmp',
    'mount -n -t tmpfs tmpfs /mnt/root/run',
    `exec unshare --root=/mnt/root ${command}`,
  ].join('; ');
}
