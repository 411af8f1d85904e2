import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPod } from '../src/trace/run-model.ts';
import type { WatchEvent } from '../src/trace/watch-event.ts';
import { median } from './measure.ts';
import { usageOf } from './process-usage.ts';
import { ms, printReport } from './report.ts';

const rounds = 5;
const counts = [50, 100, 200];
const containersPerPod = 3;

interface Load {
  /** Of the supervisor. */
  readonly peakMegabytes: number;
  /** Of the supervisor, for one Pod. */
  readonly cpuMsPerPod: number;
  /** From the beginning until every container runs, for one Pod. */
  readonly startMsPerPod: number;
  readonly missedExits: number;
}

/** Many Pods whose containers all run at once: what the supervisor needs for them, and whether it sees every end. */
export async function benchManyPods(program: string, scratch: string): Promise<void> {
  const loads = new Map<number, Load[]>(counts.map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    for (const count of counts) loads.get(count)?.push(await runPods(program, count, join(scratch, `${round}-${count}`)));
  }
  const value = (count: number, name: keyof Load): number => median((loads.get(count) ?? []).map((load) => load[name]));
  const perPod = counts.map((count) => value(count, 'cpuMsPerPod'));
  const growth = (perPod.at(-1) ?? NaN) / (perPod[0] ?? NaN);
  const missed = [...loads.values()].flat().reduce((sum, { missedExits }) => sum + missedExits, 0);
  const most = counts.at(-1) ?? 0;
  const peak = value(most, 'peakMegabytes');
  printReport(`Pods of ${containersPerPod} containers at once (medians of ${rounds})`, [
    ...counts.flatMap((count) => [
      { what: `${count} Pods: until all run, for one Pod`, measured: ms(value(count, 'startMsPerPod')) },
      { what: `${count} Pods: CPU of the supervisor, for one Pod`, measured: ms(value(count, 'cpuMsPerPod')) },
    ]),
    { what: `supervisor of ${most} Pods, at most`, measured: `${peak.toFixed(0)} MB`, goal: 'under 300 MB', reached: peak < 300 },
    { what: 'exits that were missed, all runs', measured: String(missed), goal: 'none', reached: missed === 0 },
    {
      what: `CPU a Pod, ${most} : ${counts[0] ?? 0} Pods`,
      measured: `${growth.toFixed(2)}x`,
      goal: 'flat (within 1.25x)',
      reached: growth <= 1.25,
    },
  ]);
}

/** Runs `count` Pods whose containers end when all of them have been seen running. */
async function runPods(program: string, count: number, scratch: string): Promise<Load> {
  mkdirSync(scratch);
  const gate = join(scratch, 'gate');
  if (spawnSync('mkfifo', [gate]).status !== 0) throw new Error(`cannot make the FIFO ${gate}`);
  const manifest = join(scratch, 'pods.json');
  writeFileSync(
    manifest,
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: Array.from({ length: count }, (_, index) => pod(index, gate)) }),
  );
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [program, 'run', '--runtime', 'process', manifest, '-o', 'json', '--state-dir', join(scratch, 'state')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const pid = child.pid ?? 0;
  const running = new Set<string>();
  const ended = new Set<string>();
  let startMs = NaN;
  let usage = { megabytes: NaN, cpuMs: NaN };
  for await (const line of createInterface({ input: child.stdout })) {
    const { object } = JSON.parse(line) as WatchEvent;
    if (!isPod(object)) continue;
    for (const { name, state } of object.status.containerStatuses ?? []) {
      const key = `${object.metadata.name}/${name}`;
      if (state?.running !== undefined) running.add(key);
      if (state?.terminated?.exitCode === 0) ended.add(key);
    }
    if (Number.isNaN(startMs) && running.size === count * containersPerPod) {
      startMs = performance.now() - startedAt;
      void open(gate);
    }
    // It is gone when the last line has been read, so it is asked before that.
    if (ended.size >= count * containersPerPod - containersPerPod) usage = usageOf(pid) ?? usage;
  }
  return {
    peakMegabytes: usage.megabytes,
    cpuMsPerPod: usage.cpuMs / count,
    startMsPerPod: startMs / count,
    missedExits: count * containersPerPod - ended.size,
  };
}

/** The containers read from the gate until nobody writes to it; those that come late find it open for a while. */
async function open(gate: string): Promise<void> {
  const descriptor = openSync(gate, constants.O_RDWR);
  await sleep(2000);
  closeSync(descriptor);
}

function pod(index: number, gate: string): object {
  const container = (name: string): object => ({
    name,
    image: 'busybox:1.36',
    command: ['cat', '/gate'],
    volumeMounts: [{ name: 'gate', mountPath: '/gate' }],
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}` },
    spec: {
      restartPolicy: 'Never',
      containers: ['a', 'b', 'c'].map(container),
      volumes: [{ name: 'gate', hostPath: { path: gate } }],
    },
  };
}
