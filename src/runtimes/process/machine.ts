import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ImagePlan } from './image-plan.ts';
import type { Launcher } from './launcher.ts';
import { perlLauncher } from './perl-launcher.ts';
import { noMounts, probeMounts } from './probe-mounts.ts';
import { shellLauncher } from './shell-launcher.ts';
import { subordinateIds } from '../shared/subordinate-ids.ts';
import { createUserNamespace } from '../shared/user-namespace.ts';

/** What this machine lets this user do, and what containers are made with on it. */
export interface Machine extends Abilities {
  readonly launcher: Launcher;
}

export interface Abilities {
  /**
   * How ids of containers map to ids of the machine. `machine`: they are the same (root). `subordinate`: root is the user, the
   * others are the user's subordinate ids. `user`: all of them are the user. `none`: there are no namespaces at all.
   */
  readonly ids: 'machine' | 'subordinate' | 'user' | 'none';
  /** Why there are no namespaces: one line that says what to do about it. */
  readonly reason?: string;
  /** Words before a program that put it into a mount namespace of its own, as root of the containers' user namespace. */
  readonly enter: readonly string[];
  /** What of the machine's files containers see. */
  readonly image: ImagePlan;
  /** Whether the kernel has overlays for this user; all of the machine's files are read-only otherwise. */
  readonly overlay: boolean;
  /** The layers of the image that an overlay can lie over; the others are read-only. */
  readonly writable: ReadonlySet<string>;
  /** Whether there is Perl, which makes the next two of no interest. */
  readonly hasPerl: boolean;
  /** Whether env(1) can give a program the signals back that the shell has its background jobs ignore. */
  readonly resetsSignals: boolean;
  /** Whether a shell hands on exactly the variables that it is told to export. */
  readonly hasCleanShell: boolean;
  /** For the tools that set containers up: nothing of the user's but the search path. */
  readonly environment: NodeJS.ProcessEnv;
  /** The whole path of one of the tools. */
  readonly tool: (name: string) => string;
  close(): void;
}

/**
 * Finds out what is allowed by trying it, once for a run. `scratch` is an empty folder; nothing is left in it. Never rejects.
 */
export async function probeMachine(scratch: string, platform = process.platform, launcher?: LauncherKind): Promise<Machine> {
  const abilities = await probeAbilities(scratch, platform, launcher);
  const perl = abilities.hasPerl ? perlLauncher(abilities) : undefined;
  return { ...abilities, launcher: perl ?? shellLauncher(abilities) };
}

export type LauncherKind = 'perl' | 'shell';

async function probeAbilities(scratch: string, platform: NodeJS.Platform, launcher?: LauncherKind): Promise<Abilities> {
  const environment = toolEnvironment();
  const tool = (name: string): string => findTool(name, environment.PATH) ?? name;
  const common = { environment, tool, close: () => undefined };
  const none = (reason: string): Abilities => ({ ids: 'none', reason, enter: [], ...noMounts, ...common });
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
      return { ...common, ...entry, ...(await probeMounts(entry, scratch, environment, launcher)) };
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

type Entry = Pick<Abilities, 'ids' | 'enter' | 'close'>;

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

const tools = ['sh', 'unshare', 'nsenter', 'setpriv', 'setsid', 'mount', 'env', 'mkfifo', 'cat'];

interface ToolEnvironment extends NodeJS.ProcessEnv {
  readonly PATH: string;
}

/** The system's own folders first: there the tools are found at once, and nothing of the user's stands in for them. */
function toolEnvironment(): ToolEnvironment {
  const system = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin', '/usr/local/sbin'];
  const own = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return { PATH: [...new Set([...system, ...own])].join(delimiter), LC_ALL: 'C' };
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
