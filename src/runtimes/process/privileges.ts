import type { Machine } from './machine.ts';
import type { ContainerUser } from './users.ts';

export interface Privileges {
  readonly user: ContainerUser;
  /** Undefined: all that there are (a privileged container). */
  readonly capabilities: readonly string[] | undefined;
  readonly allowEscalation: boolean;
}

export interface Target extends Privileges {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** Whether the container has the machine's own files, and with them the tools that drop privileges. */
  readonly hasTools: boolean;
}

/**
 * The command line that turns the set-up process, root with all rights, into the container's. Each word that it consists of is
 * executed literally.
 */
export function becomeContainer(target: Target, machine: Machine): string[] {
  const { workingDir, hasTools } = target;
  const enterRoot = ['unshare', '--root=/..', `--wd=${workingDir}`];
  if (hasTools) return ['setsid', ...enterRoot, '--', ...dropPrivileges(target, machine), ...withEnvironment(target, machine)];
  return ['setsid', ...foreignRoot(target, machine, enterRoot)];
}

/** The command line that runs `target` beside the container's process `pid`. */
export function joinContainer(target: Target, pid: number, machine: Machine): string[] {
  const { workingDir, hasTools } = target;
  const user = machine.ids === 'machine' ? [] : ['--user', '--preserve-credentials'];
  const join = ['nsenter', `--target=${pid}`, ...user, '--pid', '--ipc', '--uts'];
  if (!hasTools) return [...join, '--', ...foreignRoot(target, machine, ['unshare', `--root=/proc/${pid}/root/..`, `--wd=${workingDir}`])];
  const folder = workingDir === '/' ? [] : ['env', `--chdir=${workingDir}`];
  return [...join, '--mount', '--', ...dropPrivileges(target, machine), ...folder, ...withEnvironment(target, machine)];
}

function dropPrivileges({ user, capabilities, allowEscalation }: Target, machine: Machine): string[] {
  const isOneUser = machine.ids === 'user';
  return [
    'setpriv',
    // With a single id there is nobody else to become, and the groups cannot be changed.
    ...(isOneUser ? ['--keep-groups'] : ids(user)),
    '--inh-caps=-all',
    ...(capabilities === undefined ? [] : [`--bounding-set=${capabilitySet(capabilities)}`]),
    ...(allowEscalation ? [] : ['--no-new-privs']),
    '--',
    // All files belong to the one user there is; under another number this is shown as that one.
    ...(isOneUser && user.uid !== 0 ? ['unshare', `--map-user=${user.uid}`, `--map-group=${user.gid}`, '--'] : []),
  ];
}

function ids({ uid, gid, groups }: ContainerUser): string[] {
  return [`--reuid=${uid}`, `--regid=${gid}`, groups.length > 0 ? `--groups=${groups.join(',')}` : '--clear-groups'];
}

function capabilitySet(capabilities: readonly string[]): string {
  return ['-all', ...capabilities.map((name) => `+${name.toLowerCase()}`)].join(',');
}

/**
 * A root folder without the tools: privileges go before the root is entered. Entering it takes two capabilities, which root keeps
 * then.
 */
function foreignRoot(target: Target, { ids: idMap, tool, resetsSignals }: Machine, enterRoot: readonly string[]): string[] {
  const { user, capabilities, allowEscalation, command } = target;
  const [program = '', ...options] = enterRoot;
  const isOther = user.uid !== 0 && idMap !== 'user';
  const kept = capabilities && [...new Set([...capabilities, 'SYS_CHROOT', ...(isOther ? ['SETUID'] : [])])];
  const groups = user.groups.length > 0 ? `--groups=${user.groups.join(',')}` : '--clear-groups';
  return [
    ...['env', '-i', ...(resetsSignals ? [defaultSignals] : []), ...assignments(target)],
    ...[tool('setpriv'), ...(idMap === 'user' ? ['--keep-groups'] : [`--regid=${user.gid}`, groups]), '--inh-caps=-all'],
    ...(kept === undefined ? [] : [`--bounding-set=${capabilitySet(kept)}`]),
    ...(allowEscalation ? [] : ['--no-new-privs']),
    ...['--', tool(program), ...options, ...(isOther ? [`--setuid=${user.uid}`] : []), '--', ...command],
  ];
}

/** `env` takes a command whose name has a "=" for a variable; a shell does not. */
function withEnvironment(target: Target, { resetsSignals }: Machine): string[] {
  const { command } = target;
  const words = command[0]?.includes('=') ? ['sh', '-c', 'exec "$@"', 'sh', ...command] : command;
  return ['env', '-i', ...(resetsSignals ? [defaultSignals] : []), ...assignments(target), ...words];
}

/** What shells have their background jobs ignore. */
const defaultSignals = '--default-signal=INT,QUIT';

function assignments({ environment }: Target): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}
