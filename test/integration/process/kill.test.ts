import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { driverCommand, everybody, makeStateDirectory, runScenario, shell, type Identity } from './scenario.ts';

const kills = 204;
const lanes = 6;

/** Until a whole Pod is up; later than that there is little that can go on. */
const longestMs = 450;

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

describe(`killed with SIGKILL (SEED=${seed})`, () => {
  test.concurrent.each(everybody)('a supervisor of $name leaves nothing behind', async (identity) => {
    const random = generator(seed + everybody.indexOf(identity));
    const mark = `5${process.pid}${everybody.indexOf(identity)}`;
    const lane = async (): Promise<void> => {
      for (let kill = 0; kill < kills / everybody.length / lanes; kill++) {
        // A folder for each: the next run would remove what is left in its own.
        const stateDirectory = makeStateDirectory(identity);
        await killAt(random() * longestMs, identity, { stateDirectory, ...busyPod(mark) });
        await leavesNothing(stateDirectory, mark);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    expect(processesOf('/nowhere', mark)).toEqual([]);

    const stateDirectory = makeStateDirectory(identity);
    await killAt(longestMs, identity, { stateDirectory, ...busyPod(mark) });
    const next = await runScenario(identity, { stateDirectory, spec: { containers: [shell('c', 'echo works')] } });
    expect(next.output['c']).toEqual(['works']);
  });
});

/** Everything that can be left behind: volumes on disk and in memory, processes that became somebody else or left their group. */
function busyPod(mark: string): { readonly spec: object; readonly secrets: object } {
  const volumeMounts = ['disk', 'memory', 'secret'].map((name) => ({ name, mountPath: `/${name}` }));
  const script = `echo data >/disk/$$$$; echo data >/memory/$$$$; setsid sleep ${mark} & exec sleep ${mark}`;
  return {
    secrets: { s: { metadata: { name: 's' }, data: { key: 'eA==' } } },
    spec: {
      volumes: [
        { name: 'disk', emptyDir: {} },
        { name: 'memory', emptyDir: { medium: 'Memory' } },
        { name: 'secret', secret: { secretName: 's' } },
      ],
      initContainers: [shell('i', 'echo data >/disk/i', { volumeMounts }), shell('j', 'true')],
      containers: [shell('c', script, { volumeMounts }), shell('d', script, { volumeMounts, tty: true })],
    },
  };
}

async function killAt(afterMs: number, identity: Identity, scenario: object): Promise<void> {
  const [command = '', ...args] = await driverCommand(identity, scenario);
  const child = spawn(command, args, { stdio: 'ignore', env: { PATH: process.env['PATH'], HOME: '/' } });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await sleep(afterMs);
  child.kill('SIGKILL');
  await ended;
}

/** The kernel and the Pod process take a moment. */
async function leavesNothing(stateDirectory: string, mark: string): Promise<void> {
  const left = (): string[] => [...processesOf(stateDirectory), ...namesIn(join(stateDirectory, 'pods'))];
  const deadline = Date.now() + 10_000;
  while (left().length > 0 && Date.now() < deadline) await sleep(10);
  expect(left(), `with the mark ${mark}`).toEqual([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(stateDirectory);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** The processes that belong to Pods of the state folder, or have the mark. */
function processesOf(stateDirectory: string, mark?: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const folder = readlinkSync(`/proc/${pid}/cwd`);
      const isOurs =
        words.includes(join(stateDirectory, 'memory')) ||
        (mark !== undefined && words.includes(mark)) ||
        folder.startsWith(`${stateDirectory}/`);
      const waitsIn = readFileSync(`/proc/${pid}/wchan`, 'utf8');
      return isOurs ? [`${pid} in ${folder}: ${words.slice(0, 12).join(' ')}, waits in ${waitsIn}`] : [];
    } catch {
      return [];
    }
  });
}

/** A linear congruential generator: numbers from 0 up to 1 that a seed gives again. */
function generator(start: number): () => number {
  let state = start % 2_147_483_647 || 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
