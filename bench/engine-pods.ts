import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isPod } from '../src/trace/run-model.ts';
import type { WatchEvent } from '../src/trace/watch-event.ts';
import { engineAddress, engineEnvironment, testImage } from '../test/engines/engines.ts';
import { median } from './measure.ts';
import { type Usage, usageOf } from './process-usage.ts';
import { ms, printReport } from './report.ts';

const rounds = 5;
const podCount = 100;
const containersPerPod = 3;

interface Load extends Usage {
  /** Until every Pod is ready. */
  readonly readyMs: number;
  /** From the interrupt until everything has ended and is removed. */
  readonly stopMs: number;
  /** Containers that did not run, did not end, or that started more than once. */
  readonly lost: number;
}

/** Many Pods at once on containerd: started until all are ready, then stopped in order. */
export async function benchEnginePods(program: string, scratch: string): Promise<void> {
  const address = engineAddress('containerd');
  if (!existsSync(address)) {
    console.log(`\nNOT RUN: no containerd at ${address}`);
    return;
  }
  const loads: Load[] = [];
  for (let round = 0; round < rounds; round++) loads.push(await runPods(program, join(scratch, String(round))));
  const value = (name: keyof Load): number => median(loads.map((load) => load[name]));
  const lost = loads.reduce((sum, load) => sum + load.lost, 0);
  printReport(`${podCount} Pods of ${containersPerPod} containers at once on containerd (medians of ${rounds})`, [
    { what: 'until all are ready', measured: ms(value('readyMs')) },
    { what: 'until all are stopped and removed', measured: ms(value('stopMs')) },
    { what: 'CPU of the supervisor, all in all', measured: ms(value('cpuMs')) },
    {
      what: 'memory of the supervisor, at most',
      measured: `${value('megabytes').toFixed(0)} MB`,
      goal: 'under 200 MB',
      reached: value('megabytes') < 200,
    },
    { what: 'containers lost, all runs', measured: String(lost), goal: 'none', reached: lost === 0 },
  ]);
}

async function runPods(program: string, scratch: string): Promise<Load> {
  mkdirSync(scratch);
  const manifest = join(scratch, 'pods.json');
  writeFileSync(
    manifest,
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: Array.from({ length: podCount }, (_, index) => pod(index)) }),
  );
  const startedAt = performance.now();
  const args = [program, 'run', manifest, '--runtime', 'containerd', '-o', 'json', '--state-dir', join(scratch, 'state')];
  const env = { ...process.env, ...engineEnvironment('containerd') };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const ready = new Set<string>();
  const ended = new Set<string>();
  let restarts = 0;
  let readyAt = NaN;
  let usage: Usage = { megabytes: NaN, cpuMs: NaN };
  for await (const line of createInterface({ input: child.stdout })) {
    const { object } = JSON.parse(line) as WatchEvent;
    if (!isPod(object)) continue;
    const { conditions = [], containerStatuses = [] } = object.status;
    if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) ready.add(object.metadata.name);
    for (const { name, state, restartCount } of containerStatuses) {
      if (state?.terminated !== undefined) ended.add(`${object.metadata.name}/${name}`);
      if (restartCount > 0) restarts++;
    }
    if (Number.isNaN(readyAt) && ready.size === podCount) {
      readyAt = performance.now();
      child.kill('SIGINT');
    }
    // It is gone when the last line has been read, so it is asked before that.
    if (ended.size > (podCount - 1) * containersPerPod) usage = usageOf(child.pid ?? 0) ?? usage;
  }
  const lost = podCount - ready.size + podCount * containersPerPod - ended.size + restarts;
  return { ...usage, readyMs: readyAt - startedAt, stopMs: performance.now() - readyAt, lost };
}

function pod(index: number): object {
  const container = (name: string): object => ({
    name,
    image: testImage,
    command: ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 1000 & wait $!; done"],
  });
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${index}` }, spec: { containers: ['a', 'b', 'c'].map(container) } };
}
