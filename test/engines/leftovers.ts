import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type EngineName, engineAddress } from './engines.ts';

const run = promisify(execFile);

/** Everything that Pods may leave behind, by its name, one line each. */
export type Inventory = ReadonlySet<string>;

/**
 * What is there now of the engines' things and of the machine's: containers, sandboxes, networks, volumes, snapshots, mounts, network
 * namespaces and interfaces, processes of containers and of this program.
 */
export async function takeInventory(addresses: Readonly<Partial<Record<EngineName, string>>> = testEngines()): Promise<Inventory> {
  const lists = await Promise.all([
    addresses.containerd === undefined ? [] : containerdThings(addresses.containerd),
    addresses.docker === undefined ? [] : dockerThings('docker', addresses.docker),
    addresses.podman === undefined ? [] : dockerThings('podman', addresses.podman),
    machineThings(),
  ]);
  return new Set(lists.flat());
}

/** What has come since `before` and does not go within `graceMs`: things may be removed in the background. */
export async function findLeftovers(
  before: Inventory,
  { graceMs = 10_000, addresses = testEngines() }: { graceMs?: number; addresses?: Readonly<Partial<Record<EngineName, string>>> } = {},
): Promise<string[]> {
  const deadline = Date.now() + graceMs;
  for (;;) {
    const left = [...(await takeInventory(addresses))].filter((thing) => !before.has(thing));
    if (left.length === 0 || Date.now() > deadline) return left.sort();
    await sleep(100);
  }
}

/** Those of the tests' engines that are there. */
function testEngines(): Partial<Record<EngineName, string>> {
  const names: readonly EngineName[] = ['containerd', 'docker', 'podman'];
  return Object.fromEntries(names.filter((name) => existsSync(engineAddress(name))).map((name) => [name, engineAddress(name)]));
}

async function containerdThings(address: string): Promise<string[]> {
  const ctr = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await run('ctr', ['--address', address, '--namespace', 'k8s.io', ...args]);
    return stdout.split('\n').filter((line) => line !== '');
  };
  const [containers, tasks, snapshots] = await Promise.all([
    ctr('containers', 'list', '--quiet'),
    ctr('tasks', 'list', '--quiet'),
    ctr('snapshots', 'list'),
  ]);
  return [
    ...containers.map((id) => `containerd: container ${id}`),
    ...tasks.map((id) => `containerd: task ${id}`),
    // The committed ones are layers of images.
    ...snapshots.filter((line) => / Active *$/.test(line)).map((line) => `containerd: snapshot ${line.split(' ')[0] ?? ''}`),
  ];
}

async function dockerThings(engine: EngineName, address: string): Promise<string[]> {
  const [containers, networks, volumes] = await Promise.all([
    get<{ Id: string; Names: string[] }[]>(address, '/containers/json?all=1'),
    get<{ Name: string }[]>(address, '/networks'),
    get<{ Volumes: { Name: string }[] | null }>(address, '/volumes'),
  ]);
  return [
    ...containers.map(({ Id, Names }) => `${engine}: container ${Id.slice(0, 12)} ${Names.join(' ')}`),
    ...networks.map(({ Name }) => `${engine}: network ${Name}`),
    ...(volumes.Volumes ?? []).map(({ Name }) => `${engine}: volume ${Name}`),
  ];
}

function get<T>(socketPath: string, path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: `/v1.41${path}` }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as T);
        else reject(new Error(`${socketPath}${path}: ${response.statusCode ?? 0} ${text}`));
      });
    });
    asked.on('error', reject).end();
  });
}

async function machineThings(): Promise<string[]> {
  const [mounts, namespaces, interfaces, processes] = await Promise.all([
    readFile('/proc/mounts', 'utf8'),
    readdir('/run/netns').catch(() => []),
    readdir('/sys/class/net').catch(() => []),
    ownProcesses(),
  ]);
  return [
    ...mounts
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '')
      // What engines mount once and keep. Podman at its first container: the folder of its layers, and the machine's of network
      // namespaces. Docker at its first container in the machine's network: that.
      .filter((mount) => mount !== '' && mount !== '/run/netns' && !/\/(podman\/overlay|docker\/netns\/default)$/.test(mount))
      .map((mount) => `mount ${mount}`),
    ...namespaces.map((name) => `network namespace ${name}`),
    // The engines keep their own bridges.
    ...interfaces.filter((name) => !/^(outrider-test|or-docker|docker0|podman0)/.test(name)).map((name) => `interface ${name}`),
    ...processes,
  ];
}

/** What keeps or runs containers: shims, conmon, supervisors. */
async function ownProcesses(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => {
      const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
      // Podman keeps a command that was run through its API for five minutes, for who asks how it ended.
      if (words.includes('--exec-process-spec')) return [];
      const isOne = /containerd-shim|conmon/.test(words[0] ?? '') || words.some((word) => word.endsWith('dist/cli/main.js'));
      return isOne ? [`process ${pid}: ${words.slice(0, 8).join(' ')}`] : [];
    }),
  );
  return lines.flat();
}
