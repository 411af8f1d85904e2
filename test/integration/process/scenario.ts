import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Outcome, Scenario } from './driver.ts';

/** Who runs the supervisor. */
export interface Identity {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Containers are made without Perl. */
  readonly launcher?: 'shell';
}

const isRoot = process.getuid?.() === 0;

/** Root and an ordinary user where the tests run as root; else the user that runs them. */
export const identities: readonly Identity[] = isRoot
  ? [
      { name: 'root', uid: 0, gid: 0 },
      { name: 'an ordinary user', uid: 65534, gid: 65534 },
    ]
  : [{ name: 'this user', uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }];

export const root: Identity | undefined = identities.find(({ uid }) => uid === 0);

/** An ordinary user who has subordinate ids while a test runs, where the machine has the tools for that. */
export const subordinate: Identity | undefined = findSubordinate();

/** All of them, with both ways of making containers. */
export const everybody: readonly Identity[] = [
  ...identities,
  ...(subordinate === undefined ? [] : [subordinate]),
  ...identities.map((identity) => ({ ...identity, name: `${identity.name}, without Perl`, launcher: 'shell' as const })),
];

const folder = mkdtempSync(join(tmpdir(), 'outrider-process-'));
chmodSync(folder, 0o755);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const bundle = join(folder, 'driver.mjs');
let isBuilt: Promise<unknown> | undefined;
let count = 0;

type ScenarioOf = Omit<Scenario, 'stateDirectory'> & { readonly stateDirectory?: string };

/** Runs a scenario in a process of its own, as the identity; rejects with what it wrote to standard error. */
export async function runScenario(identity: Identity, scenario: ScenarioOf): Promise<Outcome> {
  return JSON.parse(await runDriver(await driverCommand(identity, scenario))) as Outcome;
}

/** The command line that runs a scenario as the identity. */
export async function driverCommand(identity: Identity, scenario: object): Promise<string[]> {
  isBuilt ??= build({
    entryPoints: [join(import.meta.dirname, 'driver.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    logLevel: 'error',
  });
  await isBuilt;
  const file = join(folder, `scenario${count++}.json`);
  writeFileSync(file, JSON.stringify({ stateDirectory: makeStateDirectory(identity), launcher: identity.launcher, ...scenario }));
  return [...as(identity), process.execPath, bundle, file];
}

/** An empty folder that belongs to the identity. */
export function makeStateDirectory({ uid, gid }: Identity): string {
  const path = join(folder, `state${count++}`);
  mkdirSync(path, { mode: 0o700 });
  give(path, { uid, gid });
  return path;
}

export function give(path: string, { uid, gid }: Pick<Identity, 'uid' | 'gid'>): void {
  if (isRoot) chownSync(path, uid, gid);
}

/** The words that put a command under an identity. */
function as(identity: Identity): string[] {
  const { uid, gid } = identity;
  if (!isRoot || uid === 0) return [];
  const words = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
  return identity.uid === subordinate?.uid ? [...withSubordinateIds(identity), ...words] : words;
}

/** Gives the user ids in a mount namespace of its own, so that the machine is not changed for a test. */
function withSubordinateIds({ uid }: Identity): string[] {
  const file = join(folder, 'subid');
  writeFileSync(file, `${uid}:200000:65536\n`, { mode: 0o644 });
  const script = 'mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid && exec "$@"';
  return ['unshare', '--mount', '--', 'sh', '-c', script, file];
}

function runDriver([command = '', ...rest]: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: '/', FROM_SUPERVISOR: 'must not be seen' };
  return new Promise((resolve, reject) => {
    execFile(command, rest, { env, timeout: 60_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`the driver failed: ${error.message}\n${stderr}\n${stdout}`));
    });
  });
}

function findSubordinate(): Identity | undefined {
  const needed = ['/usr/bin/newuidmap', '/usr/bin/newgidmap', '/etc/subuid', '/etc/subgid'];
  // A user who is known by name, as the tools want it.
  return isRoot && needed.every((file) => existsSync(file)) ? { name: 'a user with subordinate ids', uid: 1, gid: 1 } : undefined;
}

/** A container that runs a piece of shell. */
export function shell(name: string, script: string, rest: object = {}): object {
  return { name, image: 'busybox:1.36', command: ['sh', '-c', script], ...rest };
}
