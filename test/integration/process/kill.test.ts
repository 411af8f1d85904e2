import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { driverCommand, identities, makeStateDirectory, runScenario, shell, subordinate, type Identity } from './scenario.ts';

const everybody = subordinate === undefined ? identities : [...identities, subordinate];
const kills = 204;
const lanes = 6;

/** Until a whole Pod is up; later than that there is little that can go on. */
const longestMs = 450;

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

describe(`killed with SIGKILL (SEED=${seed})`, () => {
  test.concurrent.each(everybody)('a supervisor of $name leaves nothing behind', async (identity) => {
    const random = generator(seed + identity.uid);
    const mark = `5${process.pid}${identity.uid}`;
    const stateDirectory = makeStateDirectory(identity);
    const scenario = { stateDirectory, ...busyPod(mark) };
    const lane = async (): Promise<void> => {
      for (let kill = 0; kill < kills / everybody.length / lanes; kill++) await killAt(random() * longestMs, identity, scenario);
    };
    await Promise.all(Array.from({ length: lanes }, lane));

    const deadline = Date.now() + 10_000;
    while (leftOver(stateDirectory, mark).length > 0 && Date.now() < deadline) await sleep(20);
    expect(leftOver(stateDirectory, mark)).toEqual([]);
    expect(readdirSync(join(stateDirectory, 'pods'))).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(stateDirectory);

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
      containers: [shell('c', script, { volumeMounts }), shell('d', script, { volumeMounts })],
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

/** The processes that belong to Pods of the state folder. */
function leftOver(stateDirectory: string, mark: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return (
        words.includes(mark) ||
        words.includes(join(stateDirectory, 'memory')) ||
        readlinkSync(`/proc/${pid}/cwd`).startsWith(stateDirectory)
      );
    } catch {
      return false;
    }
  });
}

/** A linear congruential generator: numbers from 0 up to 1 that a seed gives again. */
function generator(start: number): () => number {
  let state = start % 2_147_483_647 || 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
