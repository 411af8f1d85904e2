import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { bindMount, fileSystem, formatFstab, type MountEntry } from './fstab.ts';
import { emptyPlan, planImage, type ImagePlan } from './image-plan.ts';
import { parseMountTable, readMountTable } from './mount-table.ts';
import { overlayOptions } from './root-mounts.ts';
import type { Launcher } from './launcher.ts';
import { perlLauncher } from './perl-launcher.ts';
import { run } from './run.ts';
import { shellLauncher } from './shell-launcher.ts';
import { subordinateIds } from './subordinate-ids.ts';
import { createUserNamespace } from './user-namespace.ts';

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
  /** Whether env(1) can give a program the signals back that the shell has its background jobs ignore. */
  readonly resetsSignals: boolean;
  /** Whether a shell hands on exactly the variables that it is told to export. */
  readonly hasCleanShell: boolean;
  readonly hasPerl: boolean;
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
  const abilities = await probeAbilities(scratch, platform);
  const perl = launcher === 'shell' || !abilities.hasPerl ? undefined : perlLauncher(abilities);
  return { ...abilities, launcher: perl ?? shellLauncher(abilities) };
}

export type LauncherKind = 'perl' | 'shell';

async function probeAbilities(scratch: string, platform: NodeJS.Platform): Promise<Abilities> {
  const environment = toolEnvironment();
  const tool = (name: string): string => findTool(name, environment.PATH) ?? name;
  const common = { environment, tool, close: () => undefined };
  const none = (reason: string): Abilities => ({ ids: 'none', reason, enter: [], ...nothing, ...common });
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
      return { ...common, ...entry, ...(await probeMounts(entry, scratch, environment)) };
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

const nothing = {
  image: emptyPlan,
  overlay: false,
  writable: new Set<string>(),
  resetsSignals: false,
  hasCleanShell: false,
  hasPerl: false,
};

type MountAbilities = Pick<Abilities, 'image' | 'overlay' | 'writable' | 'resetsSignals' | 'hasCleanShell' | 'hasPerl'>;

/** Tries an overlay over each layer of the image. Rejects where a container could not have namespaces and a /proc of its own. */
async function probeMounts({ ids, enter }: Entry, scratch: string, environment: ToolEnvironment): Promise<MountAbilities> {
  const image = planImage(readMountTable(), ids !== 'machine');
  const lowers = [[`${scratch}/empty`], ...image.layers.map((path) => [`${scratch}/empty`, path])];
  const at = (name: string, index: number): string => `${scratch}/view/${name}${index}`;
  const folder = (name: string): MountEntry => bindMount(`${scratch}/empty`, `${scratch}/layer/${name}`, 'X-mount.mkdir');
  const entries = [
    fileSystem('tmpfs', `${scratch}/layer`),
    bindMount(`${scratch}/layer`, `${scratch}/view`),
    ...lowers.flatMap((_, index) => ['upper', 'work', 'try'].map((name) => folder(`${name}${index}`))),
    ...lowers.map((lower, index) =>
      fileSystem('overlay', at('try', index), ...overlayOptions({ ids }, lower, at('upper', index), at('work', index))),
    ),
  ];
  const text = await run(
    [...enter, 'sh', '-c', probeScript, 'probe', scratch, findTool('env', environment.PATH) ?? 'env'],
    environment,
    formatFstab(entries),
  );
  const [signals, shell, perl, ...table] = text.split('\n');
  const overlays = new Set(
    parseMountTable(table.join('\n'))
      .filter(({ type }) => type === 'overlay')
      .map(({ path }) => path),
  );
  const writable = new Set(image.layers.filter((_, index) => overlays.has(at('try', index + 1))));
  const overlay = overlays.has(at('try', 0)) && (image.layers[0] !== '/' || writable.has('/'));
  return {
    image: overlay || ids !== 'machine' ? image : planImage(readMountTable(), true),
    overlay,
    writable,
    resetsSignals: signals === 'signals',
    hasCleanShell: shell === 'shell',
    hasPerl: perl === 'perl',
  };
}

const probeScript = `
umask 022
mount -n -c -t tmpfs tmpfs "$1" && cd "$1" && mkdir layer view empty || exit 1
unshare --pid --ipc --uts --mount --fork mount -n -c -t proc proc /proc || exit 1
cat >fstab
mount -n -c -a -T fstab 2>/dev/null
if env --default-signal=INT true 2>/dev/null; then echo signals; else echo; fi
if [ "$(env -i sh -c 'unset PATH PWD OLDPWD; export A=1; exec "$0"' "$2")" = A=1 ]; then echo shell; else echo; fi
if perl -Mstrict -e 0 2>/dev/null; then echo perl; else echo; fi
cat /proc/self/mountinfo
`;

const tools = ['sh', 'unshare', 'nsenter', 'setpriv', 'setsid', 'mount', 'env', 'mkfifo', 'mkdir', 'cat'];

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
