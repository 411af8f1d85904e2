import type { Abilities } from './machine.ts';
import { quoteWord, quoteWords } from './shell.ts';
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
  /** Whether it reads what is given to it; otherwise its input is at its end. */
  readonly stdin: boolean;
  /** Whether it has a terminal. */
  readonly tty: boolean;
  /** Whether the container has the machine's own files, and with them the tools that drop privileges. */
  readonly hasTools: boolean;
}

/** The command line that takes the set-up process, root with all rights, into the root of a container with the tools, as its user. */
export function enterContainer(privileges: Privileges, machine: Abilities, hasTerminal: boolean): string[] {
  const signals = machine.resetsSignals ? [defaultSignals] : [];
  const shell = ['env', '-i', ...signals, `PATH=${machine.environment['PATH'] ?? ''}`, 'sh'];
  return [...newSession(hasTerminal), 'unshare', '--root=/..', '--wd=/', '--', ...dropPrivileges(privileges, machine), ...shell];
}

/** The piece of shell by which what `enterContainer` gives becomes the container. Each word is executed literally. */
export function runInside(target: Target, machine: Abilities): string {
  const { command, environment, workingDir } = target;
  const [program = ''] = command;
  const isPlain = machine.hasCleanShell && Object.keys(environment).every(isPlainName) && !program.startsWith('-');
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${quoteWord(value)}\n`);
  const words = isPlain ? command : ['env', '-i', ...assignments(target), ...withoutAssignment(command)];
  return [
    `cd ${quoteWord(workingDir)} || exit 126\n`,
    ...(isPlain ? ['unset PATH PWD OLDPWD\n', ...variables] : []),
    `exec ${quoteWords(words)} ${redirections(target)}\n`,
  ].join('');
}

/** What a shell gives a container as its streams. Its terminal comes as descriptor 4, reports go to 3. */
export function redirections({ stdin, tty }: Target): string {
  if (tty) return '<&4 >&4 2>&4 3>&- 4>&-';
  return stdin ? '3>&-' : '</dev/null 3>&-';
}

/** With a terminal there is one already, which it is the terminal of. */
function newSession(hasTerminal: boolean): string[] {
  return hasTerminal ? [] : ['setsid'];
}

/** A variable that every shell can have as it is. */
function isPlainName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/i.test(name) && !/^(PWD|OLDPWD|IFS|PPID|OPTIND|OPTARG|LINENO|ENV|PS[0-9])$/.test(name);
}

/** The command line that turns the set-up process into a container whose root has no tools. */
export function becomeForeign(target: Target, machine: Abilities): string[] {
  return [...newSession(target.tty), ...foreignRoot(target, machine, ['unshare', '--root=/..', `--wd=${target.workingDir}`])];
}

/** The command line that runs `target` beside the container's process `pid`. */
export function joinContainer(target: Target, pid: number, machine: Abilities, isTerminal = false): string[] {
  const { workingDir, hasTools } = target;
  const user = machine.ids === 'machine' ? [] : ['--user', '--preserve-credentials'];
  // What is typed at a terminal is for the command, not for the tools that stand before it.
  const reset = isTerminal ? resetSignals(machine) : [];
  const ignore = reset.length > 0 ? ['sh', '-c', 'trap "" INT QUIT; exec "$@"', 'sh'] : [];
  const join = [...ignore, 'nsenter', `--target=${pid}`, ...user, '--pid', '--ipc', '--uts'];
  if (!hasTools) {
    const enterRoot = ['unshare', `--root=/proc/${pid}/root/..`, `--wd=${workingDir}`];
    return [...join, '--', ...reset, ...foreignRoot(target, machine, enterRoot)];
  }
  const folder = workingDir === '/' ? [] : ['env', `--chdir=${workingDir}`];
  return [...join, '--mount', '--', ...dropPrivileges(target, machine), ...folder, ...reset, ...withEnvironment(target)];
}

/** Words before a command that give it the signals back that were ignored before it; none where nothing can. */
function resetSignals({ hasPerl, resetsSignals }: Abilities): string[] {
  if (hasPerl) return ['perl', '-e', '$SIG{INT} = $SIG{QUIT} = "DEFAULT"; exec { $ARGV[0] } @ARGV or exit 127', '--'];
  return resetsSignals ? ['env', defaultSignals] : [];
}

function dropPrivileges({ user, capabilities, allowEscalation }: Privileges, machine: Abilities): string[] {
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
function foreignRoot(target: Target, { ids: idMap, tool, resetsSignals }: Abilities, enterRoot: readonly string[]): string[] {
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

/** For a process that this program starts itself, which has all signals as they should be. */
function withEnvironment(target: Target): string[] {
  return ['env', '-i', ...assignments(target), ...withoutAssignment(target.command)];
}

/** `env` takes a command whose name has a "=" for a variable; a shell does not. */
function withoutAssignment(command: readonly string[]): readonly string[] {
  return command[0]?.includes('=') ? ['sh', '-c', 'exec "$@"', 'sh', ...command] : command;
}

/** What shells have their background jobs ignore. */
const defaultSignals = '--default-signal=INT,QUIT';

function assignments({ environment }: Target): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}
