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
umask 0
mkfifo "$@" || exit 1
umask 022
echo made
while read -r command file; do
  case $command in
    do) ( . "./$file" ) >/dev/null 2>errors; echo "done $file $?" ;;
    sandbox) unshare --pid --ipc --uts --fork $file; echo "stopped $?" ;;
  esac
done
cd /
if [ -d "$disk" ]; then rm -rf -- "$disk"; fi
`;
