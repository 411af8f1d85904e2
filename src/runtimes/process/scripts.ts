/**
 * The programs that stand between this program and the containers. Nothing of a manifest is ever part of them: paths travel as
 * fstab files, command lines as files of quoted words, numbers as arguments. Every report to the supervisor is one line.
 *
 * The tree of processes of a Pod:
 *
 *     supervisor
 *      └ Pod process            own mount namespace (and user namespace): volumes in memory live here
 *         └ sandbox             PID 1 of the Pod's PID, IPC and UTS namespaces; reads commands
 *            └ launcher         own mount namespace, one for each container; reports its exit
 *               └ container     PID 1 of its own PID namespace
 *
 * The supervisor's end is the end of their standard input: the sandbox exits, the kernel kills everything in its PID namespace
 * (whatever user it became), and the Pod process removes the Pod's folder.
 */

/**
 * The Pod process. Arguments: the folder for the Pod's files in memory, the Pod's folder on disk, the options of the file
 * system in memory, names of the FIFOs to make.
 */
export const podScript = `
umask 022
# With nobody left to report to, there is still something to remove. A trap, unlike an ignored signal, is not handed on.
trap : PIPE
memory=$1 disk=$2
mount -n -c -t tmpfs -o "$3" tmpfs "$memory" && cd "$memory" || exit 1
shift 3
echo up
mkfifo -m 666 "$@" || exit 1
echo made
while read -r command file; do
  case $command in
    do) ( . "./$file" ) >/dev/null 2>errors; echo "done $file $?" ;;
    sandbox) unshare --pid --ipc --uts --fork sh ./sandbox.sh "$file"; echo "stopped $?" ;;
  esac
done
cd /
if [ -d "$disk" ]; then rm -rf -- "$disk"; fi
`;

/**
 * The sandbox, from the Pod process's folder; it takes over standard input from it. Its argument says whether the containers
 * share its PID namespace: then PID 1 does nothing but reap what they leave behind. The hostname stands in a file of its own.
 */
export const sandboxScript = `
read -r name <hostname
{ echo "$name" >/proc/sys/kernel/hostname; } 2>/dev/null || hostname "$name"
read -r pid rest </proc/self/stat
echo "sandbox $pid"
case $1 in share) own= ;; *) own=--pid ;; esac
serve() {
  while read -r command slot; do
    # Reaps the launchers that have ended.
    jobs >/dev/null
    case $command in
      launch) unshare --mount $own sh ./launch.sh "$slot" & ;;
      stop) break ;;
    esac
  done
}
if [ -n "$own" ]; then serve; else exec 3<&0; serve <&3 & wait $!; fi
exit 0
`;

/**
 * A launcher. The first process that it starts is PID 1 of the new PID namespace: it builds the container's root with one
 * "mount" and does what else takes privileges. Then it enters that root as the container's user, as a shell that reads what to
 * execute from its standard input; or it stays outside, where the root has no shell. The launcher itself stays to tell the exit code, before the kernel takes the
 * container's mounts down.
 */
export const launchScript = `
exec 3>&1
read -r launcher rest </proc/self/stat
(
  read -r pid rest </proc/self/stat
  umask 0; mount -n -c -a -T "$1.fstab" 2>"$1.errors"
  echo "ready $1 $? $pid $launcher" >&3; umask 022
  while read -r command; do
    case $command in
      mount) . "./$1.mounts" 2>"$1.errors"; echo "mounted $1 $?" >&3 ;;
      enter) . "./$1.enter" ;;
      run) echo "started $1" >&3; . "./$1.run" ;;
    esac
  done
) <"$1.go" >"$1.out" 2>"$1.err"
echo "exit $1 $?"
`;
