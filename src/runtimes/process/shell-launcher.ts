import type { Launcher } from './launcher.ts';
import type { Abilities } from './machine.ts';
import { becomeForeign, enterContainer, redirections, runInside, type Privileges } from './privileges.ts';
import { quoteWords } from './shell.ts';
import { terminalOptions } from './terminal.ts';

/** See `Launcher`: the one that needs nothing but a shell and util-linux. */
export function shellLauncher(machine: Abilities): Launcher {
  return {
    files: { 'sandbox.sh': sandboxScript, 'launch.sh': launchScript, 'container.sh': containerScript, 'terminal.sh': terminalScript },
    command: 'sh ./sandbox.sh',
    enter: (privileges, hasTools, hasTerminal) =>
      hasTools
        ? `${giveTerminal(privileges, hasTerminal)}exec ${quoteWords(enterContainer(privileges, machine, hasTerminal))}\n`
        : undefined,
    runInside: (target, slot) => `echo "started ${slot}" >&3\n${runInside(target, machine)}`,
    runOutside: (target) =>
      `${giveTerminal(target, target.tty)}exec ${quoteWords(becomeForeign(target, machine))} ${redirections(target)}\n`,
  };
}

/** The terminal is the container's user's; it is the first of its file system. */
function giveTerminal({ user }: Privileges, hasTerminal: boolean): string {
  return hasTerminal ? `chown ${user.uid} /dev/pts/0 2>/dev/null\n` : '';
}

/**
 * The sandbox, from the Pod process's folder; it takes over standard input from it. Its argument says whether the containers
 * share its PID namespace: then PID 1 does nothing but reap what they leave behind. The hostname stands in a file of its own.
 */
const sandboxScript = `
read -r name <hostname
{ echo "$name" >/proc/sys/kernel/hostname; } 2>/dev/null || hostname "$name"
read -r pid rest </proc/self/stat
echo "sandbox $pid"
case $1 in share) own= ;; *) own=--pid ;; esac
serve() {
  while read -r command slot streams target; do
    # Reaps the launchers that have ended.
    jobs >/dev/null
    case $command in
      launch)
        if [ -n "$target" ]; then nsenter --target="$target" --pid --no-fork unshare --mount sh ./launch.sh "$slot" "$streams" &
        elif [ "$streams" = terminal ]; then unshare --mount sh ./launch.sh "$slot" terminal $own &
        else unshare --mount $own sh ./launch.sh "$slot" pipes & fi ;;
      stop) break ;;
    esac
  done
}
if [ -n "$own" ]; then serve; else exec 3<&0; serve <&3 & wait $!; fi
exit 0
`;

/**
 * A launcher. The first process that it starts is PID 1 of the new PID namespace, which with a terminal it has to make itself. It
 * stays to tell the exit code, before the kernel takes the container's mounts down. A terminal has a file system of its own, which
 * the container has as its /dev/pts.
 */
const launchScript = `
exec 3>&1
read -r launcher rest </proc/self/stat
case $2 in
  terminal)
    mount -n -c -t devpts -o ${terminalOptions.join(',')} devpts /dev/pts
    SHELL=/bin/sh unshare $3 script --quiet --return --flush --command "exec sh ./terminal.sh $1 $launcher" /dev/null \
      <"$1.in" >"$1.out" 2>"$1.err" ;;
  *) ( . ./container.sh ) <"$1.go" >"$1.out" 2>"$1.err" ;;
esac
echo "exit $1 $?"
`;

/** What becomes a container that has a terminal: its command comes by another way. */
const terminalScript = `
launcher=$2
exec 4<&0 <"$1.go" >"$1.out" 2>"$1.err"
. ./container.sh
`;

/**
 * PID 1 of a container: it builds the container's root with one "mount" and does what else takes privileges. Then it enters that
 * root as the container's user, as a shell that reads what to execute from its standard input; or it stays outside, where the root
 * has no shell.
 */
const containerScript = `
read -r pid rest </proc/self/stat
umask 0; mount -n -c -a -T "$1.fstab" 2>"$1.errors"
echo "ready $1 $? $pid $launcher" >&3; umask 022
while read -r command; do
  case $command in
    mount) mount -n -c -a -T "$1.volumes" 2>"$1.errors"; echo "mounted $1 $?" >&3 ;;
    readonly)
      while read -r target; do mount -n -c -o remount,bind,ro,nodev "$target" || break; done <"$1.readonly" 2>"$1.errors"
      [ ! -s "$1.errors" ]; echo "mounted $1 $?" >&3 ;;
    enter) . "./$1.enter" ;;
    run) echo "started $1" >&3; . "./$1.run" ;;
  esac
done
`;
