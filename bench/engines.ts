import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EngineName, engineAddress, engineEnvironment, testImage } from '../test/engines/engines.ts';
import { BareCri } from './bare-cri.ts';
import { compareTasks, median, quantile, timeCommand } from './measure.ts';
import { ms, printReport, ratioRow, type Row } from './report.ts';
import { containerCount, sequencePod } from './sequence-pod.ts';
import { startGaps } from './start-gaps.ts';

const rounds = 7;
const gapRounds = 10;

/** Ten init containers and a main one that run `true`, on each engine against what else runs as many containers on the same engine. */
export async function benchEngines(program: string, scratch: string): Promise<void> {
  const manifest = join(scratch, 'true.json');
  writeFileSync(manifest, JSON.stringify(sequencePod(['true'])));
  for (const [engine, bench] of Object.entries(others) as [EngineName, Other][]) {
    if (!existsSync(engineAddress(engine))) {
      console.log(`\nNOT RUN: no ${engine} at ${engineAddress(engine)}`);
      continue;
    }
    Object.assign(process.env, engineEnvironment(engine));
    const args = ['--runtime', engine, '-o', 'json'];
    const run = (): Promise<number> =>
      timeCommand([process.execPath, program, 'run', manifest, ...args, '--state-dir', join(scratch, `state-${engine}`)]);
    const { rows, other } = await bench(manifest, scratch);
    const times = await compareTasks({ run, other: other.time }, rounds);
    await other.close?.();
    const gaps: number[] = [];
    for (let round = 0; round < gapRounds; round++) {
      gaps.push(...(await startGaps(program, args, process.env, join(scratch, `gaps-${engine}-${round}`))));
    }
    printReport(`A sequence of ${containerCount} containers that run \`true\` on ${engine} (medians of ${rounds})`, [
      { what: 'outrider run, from the command to its end', measured: ms(times.run) },
      { what: other.name, measured: ms(times.other) },
      ...rows(times.run / times.other),
      { what: 'from exit to the call that starts the next, median', ...within(median(gaps), 10) },
      { what: `the same, 99th percentile of ${gaps.length}`, ...within(quantile(gaps, 0.99), 30) },
    ]);
  }
}

/** Runs as many containers in another way. */
type Other = (
  manifest: string,
  scratch: string,
) => Promise<{
  readonly other: { readonly name: string; readonly time: () => Promise<number>; readonly close?: () => Promise<void> | void };
  readonly rows: (ratio: number) => Row[];
}>;

const others: Readonly<Record<EngineName, Other>> = {
  async containerd(_manifest, scratch) {
    const bare = await BareCri.connect(engineAddress('containerd'));
    return {
      other: { name: 'the same calls and nothing else', time: () => bare.runSequence(['true'], scratch), close: () => bare.close() },
      rows: (ratio) => [ratioRow('run : calls', ratio, 1.3)],
    };
  },
  podman(manifest) {
    const podman = ['podman', '--url', `unix://${engineAddress('podman')}`];
    const time = async (): Promise<number> => {
      const took = (await timeCommand([...podman, 'kube', 'play', manifest])) + (await timeCommand([...podman, 'wait', 'sequence-main']));
      await promisify(execFile)(podman[0] ?? '', [...podman.slice(1), 'kube', 'down', manifest]);
      return took;
    };
    return Promise.resolve({
      other: { name: 'podman kube play, podman wait', time },
      rows: (ratio) => [ratioRow('run : kube play', ratio, 0.5)],
    });
  },
  docker() {
    const one = `docker --host unix://${engineAddress('docker')} run --rm ${testImage} true`;
    const loop = ['sh', '-e', '-c', `for number in $(seq ${containerCount}); do ${one}; done`];
    return Promise.resolve({
      other: { name: 'shell loop of docker run --rm', time: () => timeCommand(loop) },
      rows: (ratio) => [ratioRow('run : loop', ratio, 1)],
    });
  },
};

function within(value: number, limit: number): Omit<Row, 'what'> {
  return { measured: ms(value), goal: `under ${limit} ms`, reached: value < limit };
}
