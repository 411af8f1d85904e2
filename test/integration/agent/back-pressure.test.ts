import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { engineEnvironment, requireEngine, testImage } from '../../engines/engines.ts';
import { AgentProcess, isRunning, program } from './agent-process.ts';

const runtimes = (['process', 'docker', 'podman', 'containerd'] as const).filter(
  (runtime) => runtime === 'process' || requireEngine(runtime, `streams of the agent on ${runtime}`),
);

/** What pipes, sockets and programs between a command and its reader may hold all together. */
const mostBytesBetween = 32 * 1024 * 1024;

let folder: string;
let agent: AgentProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-streams-'));
  mkdirSync(join(folder, 'manifests'));
});
afterEach(async () => {
  await agent.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

/** An agent with a Pod that runs this script. */
async function start(runtime: (typeof runtimes)[number], script: string): Promise<void> {
  const containers = [{ name: 'main', image: testImage, stdin: true, command: ['sh', '-c', `trap 'exit 0' TERM; ${script}`] }];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { terminationGracePeriodSeconds: 2, containers } };
  writeFileSync(join(folder, 'manifests', 'pod.json'), JSON.stringify(pod));
  agent = await AgentProcess.start({
    stateDirectory: join(folder, 'state'),
    runtime,
    env: runtime === 'process' ? {} : engineEnvironment(runtime),
    args: ['--manifests', join(folder, 'manifests'), '--stop-pods'],
  });
  await agent.until((pods) => pods.length === 1 && pods.every(isRunning));
}

function outrider(...args: string[]): ChildProcessWithoutNullStreams {
  const [command = '', ...rest] = args;
  return spawn(process.execPath, [program, command, '--state-dir', join(folder, 'state'), ...rest]);
}

describe.each(runtimes)('a command on %s', (runtime) => {
  // The CRI has no word for it.
  const endsCommands = runtime !== 'containerd';
  beforeEach(() => start(runtime, 'while :; do sleep 0.1; done'));

  test('that writes without end waits for its reader, and ends with it', async () => {
    const command = ['cat', '/dev/zero', `/never-read-${process.pid}`];
    const client = outrider('exec', 'web', '--', ...command);
    const writer = await vi.waitUntil(() => findProcess(command), { timeout: 10_000 });
    expect(await settled(() => writtenBytes(writer))).toBeLessThan(mostBytesBetween);
    client.kill('SIGKILL');
    if (endsCommands) await expect.poll(() => findProcess(command), { timeout: 10_000 }).toBeUndefined();
  });

  test('that does not read holds up who gives it input, and ends with them', async () => {
    const command = ['sleep', String(100_000 + process.pid)];
    const client = outrider('exec', '-i', 'web', '--', ...command);
    const given = giveWithoutEnd(client.stdin);
    await vi.waitUntil(() => findProcess(command), { timeout: 10_000 });
    expect(await settled(given)).toBeLessThan(mostBytesBetween);
    client.kill('SIGKILL');
    if (endsCommands) await expect.poll(() => findProcess(command), { timeout: 10_000 }).toBeUndefined();
  });

  test('gives all of much output', async () => {
    const script = 'head -c 200000000 /dev/urandom | tee /tmp/big | sha256sum >&2; cat /tmp/big';
    const client = outrider('exec', 'web', '--', 'sh', '-c', script);
    const hash = createHash('sha256');
    let stderr = '';
    client.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    for await (const chunk of client.stdout) hash.update(chunk as Buffer);
    expect(stderr).toBe(`${hash.digest('hex')}  -\n`);
  });
});

test('a container on the process runtime waits for who is attached, and goes on without them', async () => {
  await start('process', 'read -r word; seq 1 1500000; echo over; while :; do sleep 0.1; done');
  const client = outrider('attach', '-i', 'web');
  client.stdin.write('go\n');
  const writer = await vi.waitUntil(() => findProcess(['seq', '1', '1500000']), { timeout: 10_000 });
  expect(await settled(() => writtenBytes(writer))).toBeLessThan(8_000_000);
  client.kill('SIGKILL');
  const tail = '/api/v1/namespaces/default/pods/web/log?tailLines=1';
  await expect.poll(async () => (await agent.ask(tail)).text, { timeout: 20_000 }).toBe('over\n');
});

/** Gives what it takes; how much that was so far. */
function giveWithoutEnd(stream: Writable): () => number {
  const chunk = Buffer.alloc(65536);
  let size = 0;
  const give = (error?: Error | null): void => {
    if (error) return;
    size += chunk.length;
    stream.write(chunk, give);
  };
  stream.on('error', () => undefined);
  give();
  return () => size;
}

/** The process of this command line on this machine, whose containers run on it. */
function findProcess(command: readonly string[]): string | undefined {
  return readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && commandLine(pid) === command.join('\0') + '\0');
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

/** Source: proc_pid_io(5). */
function writtenBytes(pid: string): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1]);
}

/** The value once it no longer grows. */
async function settled(value: () => number): Promise<number> {
  for (let last = -1, next = value(); ; last = next, next = value()) {
    if (next === last || next > 2_000_000_000) return next;
    await sleep(500);
  }
}
