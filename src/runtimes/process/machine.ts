import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.ts';
import { subordinateIds } from './subordinate-ids.ts';
import { createUserNamespace } from './user-namespace.ts';

/** What this machine lets this user do. */
export interface Machine {
  /**
   * How ids of containers map to ids of the machine. `machine`: they are the same (root). `subordinate`: root is the user, the
   * others are the user's subordinate ids. `user`: all of them are the user. `none`: there are no namespaces at all.
   */
  readonly ids: 'machine' | 'subordinate' | 'user' | 'none';
  /** Why there are no namespaces: one line that says what to do about it. */
  readonly reason?: string;
  /** Words before a program that put it into a mount namespace of its own, as root of the containers' user namespace. */
  readonly enter: readonly string[];
  /** Whether the machine's files can be the lower layer of an overlay; they are read-only otherwise. */
  readonly overlay: boolean;
  /** Whether env(1) can give a program the signals back that the shell has its background jobs ignore. */
  readonly resetsSignals: boolean;
  /** For the tools that set containers up: nothing of the user's but the search path. */
  readonly environment: NodeJS.ProcessEnv;
  /** The whole path of one of the tools. */
  tool(name: string): string;
  close(): void;
}

/**
 * Finds out what is allowed by trying it, once for a run. `scratch` is an empty folder; nothing is left in it. Never rejects.
 */
export async function probeMachine(scratch: string, platform = process.platform): Promise<Machine> {
  const environment = toolEnvironment();
  const tool = (name: string): string => findTool(name, environment.PATH) ?? name;
  const common = { environment, tool, close: () => undefined };
  const none = (reason: string): Machine => ({ ids: 'none', reason, enter: [], overlay: false, resetsSignals: false, ...common });
  if (platform !== 'linux') return none('this system has no Linux namespaces; use a Linux machine or a Linux virtual machine');
  const missing = tools.filter((name) => findTool(name, environment.PATH) === undefined);
  if (missing.length > 0) return none(`these programs are missing: ${missing.join(', ')}; install util-linux and coreutils`);

  const attempts = process.getuid?.() === 0 ? [asRoot, asUser] : [withSubordinateIds, asUser];
  let failure = '';
  for (const attempt of attempts) {
    let entry: Entry | undefined;
    try {
      entry = await attempt(environment);
      if (entry === undefined) continue;
      const [command = '', ...args] = [...entry.enter, 'sh', '-c', probeScript, 'probe', scratch, entry.ids];
      const found = await run(command, args, environment);
      return { ...common, ...entry, overlay: found.includes('overlay'), resetsSignals: found.includes('signals') };
    } catch (error) {
      entry?.close();
      failure = (error as Error).message;
    }
  }
  return none(
    `the machine forbids user namespaces (${failure}); allow them (sysctl kernel.unprivileged_userns_clone=1, ` +
      'kernel.apparmor_restrict_unprivileged_userns=0, user.max_user_namespaces) or run as root',
  );
}

type Entry = Pick<Machine, 'ids' | 'enter' | 'close'>;

function asRoot(): Promise<Entry> {
  return Promise.resolve({ ids: 'machine', enter: ['unshare', '--mount', '--'], close: () => undefined });
}

async function withSubordinateIds(environment: ToolEnvironment): Promise<Entry | undefined> {
  const ids = subordinateIds();
  if (ids === undefined || findTool('newuidmap', environment.PATH) === undefined) return undefined;
  const namespace = await createUserNamespace(ids, environment);
  const enter = ['nsenter', `--user=${namespace.path}`, '--preserve-credentials', '--', 'unshare', '--mount', '--'];
  return { ids: 'subordinate', enter, close: () => namespace.close() };
}

function asUser(): Promise<Entry> {
  return Promise.resolve({ ids: 'user', enter: ['unshare', '--user', '--map-root-user', '--mount', '--'], close: () => undefined });
}

/** Fails where a container could not have namespaces and a /proc of its own; then says whether there is an overlay. */
const probeScript = `
umask 022
mount -n -c -t tmpfs tmpfs "$1" && cd "$1" && mkdir lower upper work merged || exit 1
unshare --pid --ipc --uts --mount --fork mount -n -c -t proc proc /proc || exit 1
xattr=; [ "$2" = machine ] || xattr=,userxattr
mount -n -c -t overlay -o "lowerdir=lower:/,upperdir=upper,workdir=work$xattr" overlay merged 2>/dev/null && echo overlay
env --default-signal=INT true 2>/dev/null && echo signals
exit 0
`;

const tools = ['sh', 'unshare', 'nsenter', 'setpriv', 'setsid', 'mount', 'env', 'mkfifo'];

interface ToolEnvironment extends NodeJS.ProcessEnv {
  readonly PATH: string;
}

function toolEnvironment(): ToolEnvironment {
  const path = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/local/sbin',
    '/usr/local/bin',
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
  ];
  return { PATH: [...new Set(path.filter((folder) => folder.startsWith('/')))].join(delimiter), LC_ALL: 'C' };
}

function findTool(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => isExecutable(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
