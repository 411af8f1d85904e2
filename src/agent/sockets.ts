import { createHash } from 'node:crypto';
import { accessSync, constants, lstatSync, mkdirSync, readdirSync, realpathSync, rmdirSync, statSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Somebody who answers: the agent, or a foreground run. */
export interface SupervisorSocket {
  readonly path: string;
  readonly kind: 'agent' | 'run';
}

/**
 * The folder of the sockets of one state folder: short enough for a socket's name, only for its owner. It is there while somebody
 * listens.
 *
 * @throws Error when it belongs to somebody else or others may enter it.
 */
export function socketDirectory(stateDirectory: string, env: NodeJS.ProcessEnv = process.env, uid = process.getuid?.() ?? 0): string {
  const hash = createHash('sha256').update(realPath(stateDirectory)).digest('hex').slice(0, 12);
  const directory = join(baseDirectory(env, uid), hash);
  if (isDirectory(dirname(directory))) checkOwn(dirname(directory));
  if (isDirectory(directory)) checkPrivate(directory);
  return directory;
}

export function agentSocket(directory: string): string {
  return join(directory, 'agent.sock');
}

export function runSocket(directory: string, pid: number): string {
  return join(directory, `run-${pid}.sock`);
}

/** The sockets that somebody answers on, the agent's first; the others are removed. */
export async function liveSockets(directory: string): Promise<SupervisorSocket[]> {
  if (!isDirectory(directory)) return [];
  const names = readdirSync(directory).filter((name) => kindOf(name) !== undefined);
  const found = await Promise.all(
    names.sort().map(async (name) => {
      const path = join(directory, name);
      const kind = kindOf(name);
      return kind !== undefined && (await answers(path)) ? [{ path, kind }] : [];
    }),
  );
  return found.flat();
}

/**
 * Lets a server listen on a socket of its own; one that nobody answers on is replaced. False: somebody answers on it.
 *
 * @throws Error when it cannot listen there.
 */
export async function listenOnSocket(server: Server, path: string): Promise<boolean> {
  for (;;) {
    if (await answers(path)) return false;
    for (const folder of [dirname(dirname(path)), dirname(path)]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    checkOwn(dirname(dirname(path)));
    checkPrivate(dirname(path));
    const error = await listen(server, path);
    if (error === undefined) return true;
    // Somebody was faster, or has removed the folder that was empty.
    if (error.code !== 'EADDRINUSE' && error.code !== 'ENOENT') throw error;
  }
}

/** Nobody of this process listens any more: the folder goes with the last one. */
export function leaveSocketDirectory(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Others listen.
  }
}

function listen(server: Server, path: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve(error);
    server.once('error', failed);
    server.listen(path, () => {
      server.off('error', failed);
      resolve(undefined);
    });
  });
}

/** Whether somebody answers on a socket; a stale one is removed. */
async function answers(path: string): Promise<boolean> {
  const before = identity(path);
  if (before === undefined) return false;
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', resolve);
  });
  if (error === undefined) return true;
  // Nobody else's: another supervisor may have begun to listen meanwhile.
  if (error.code === 'ECONNREFUSED' && identity(path) === before) unlinkSync(path);
  // Full of connections that wait: it lives.
  return error.code === 'EAGAIN';
}

function kindOf(name: string): SupervisorSocket['kind'] | undefined {
  if (name === basename(agentSocket(''))) return 'agent';
  return /^run-\d+\.sock$/.test(name) ? 'run' : undefined;
}

/** Which file it is: the number alone is given to the next one at once. */
function identity(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.ino} ${found.ctimeNs}`;
}

/** Also of a folder that is not there yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realPath(dirname(path)), basename(path));
  }
}

/** What a socket's name may have at most on Linux is 107 bytes; macOS has 103. */
const longestBase = 103 - '/0123456789ab/run-4194304.sock'.length;

function baseDirectory(env: NodeJS.ProcessEnv, uid: number): string {
  // Not where root's session says: a service has none, and who looks for it may have one.
  if (uid === 0 && isWritable('/run')) return '/run/outrider';
  const runtime = env['XDG_RUNTIME_DIR'];
  if (runtime !== undefined && runtime !== '') {
    const base = join(runtime, 'outrider');
    if (Buffer.byteLength(base) <= longestBase && isDirectory(runtime)) return base;
  }
  return join(tmpdir(), `outrider-${uid}`);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Nobody else can put something into it. An engine that mounts it makes it with mode 755. */
function checkOwn(folder: string): void {
  check(folder, 'a mode that lets nobody else write', (mode) => (mode & 0o022) === 0);
}

/** Nobody else can look into it. */
function checkPrivate(folder: string): void {
  check(folder, 'mode 700', (mode) => mode === 0o700);
}

function check(folder: string, expected: string, isRight: (mode: number) => boolean): void {
  const { uid, mode } = lstatSync(folder);
  const own = process.getuid?.() ?? uid;
  if (uid === own && isRight(mode & 0o777)) return;
  const found = `owner ${uid}, mode ${(mode & 0o777).toString(8)}`;
  throw new Error(`the folder of the sockets ${folder} must belong to user ${own} with ${expected}, found ${found}; remove it`);
}
