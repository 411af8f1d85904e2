import { bindMount, fileSystem, formatFstab, type MountEntry } from './fstab.ts';
import { emptyPlan, planImage } from './image-plan.ts';
import type { Abilities, LauncherKind } from './machine.ts';
import { parseMountTable, readMountTable } from './mount-table.ts';
import { overlayOptions } from './root-mounts.ts';
import { run } from '../shared/run.ts';

export type MountAbilities = Pick<Abilities, 'image' | 'overlay' | 'writable' | 'hasPerl' | 'resetsSignals' | 'hasCleanShell'>;

export const noMounts: MountAbilities = {
  image: emptyPlan,
  overlay: false,
  writable: new Set<string>(),
  hasPerl: false,
  resetsSignals: false,
  hasCleanShell: false,
};

/**
 * Tries what containers take: an overlay over each layer of the image, and the programs that they are made with. Rejects where a
 * container could not have namespaces and a /proc of its own.
 */
export async function probeMounts(
  { ids, enter }: Pick<Abilities, 'ids' | 'enter'>,
  scratch: string,
  environment: NodeJS.ProcessEnv,
  launcher: LauncherKind = 'perl',
): Promise<MountAbilities> {
  const mounts = readMountTable();
  const image = planImage(mounts, ids !== 'machine');
  const at = (name: string): string => `${scratch}/view/${name}`;
  const layers = [[at('lower')], ...image.layers.map((path) => [at('lower'), path])];
  const text = await run([...enter, 'sh', '-c', script, 'probe', scratch, launcher], environment, trials(layers, scratch, at, ids));

  const [program, signals, shell, ...table] = text.split('\n');
  const overlays = parseMountTable(table.join('\n')).filter(({ type }) => type === 'overlay');
  const works = (index: number): boolean => overlays.some(({ path }) => path === at(`try${index}`));
  const writable = new Set(image.layers.filter((_, index) => works(index + 1)));
  const overlay = works(0) && (image.layers[0] !== '/' || writable.has('/'));
  return {
    // Without an overlay the machine's root is put together of its parts here too.
    image: overlay || ids !== 'machine' ? image : planImage(mounts, true),
    overlay,
    writable,
    hasPerl: program === 'perl',
    resetsSignals: signals === 'signals',
    hasCleanShell: shell === 'shell',
  };
}

/** The fstab of the trials; folders are made as for a container, see `rootMounts`. */
function trials(layers: readonly (readonly string[])[], scratch: string, at: (name: string) => string, ids: Abilities['ids']): string {
  const folder = (name: string): MountEntry => bindMount('/proc', `${scratch}/layer/${name}`, 'X-mount.mkdir');
  return formatFstab([
    fileSystem('tmpfs', `${scratch}/layer`, 'X-mount.mkdir'),
    bindMount(`${scratch}/layer`, `${scratch}/view`, 'X-mount.mkdir'),
    folder('lower'),
    ...layers.flatMap((_, index) => ['upper', 'work', 'try'].map((name) => folder(`${name}${index}`))),
    ...layers.map((lower, index) =>
      fileSystem('overlay', at(`try${index}`), ...overlayOptions({ ids }, lower, at(`upper${index}`), at(`work${index}`))),
    ),
  ]);
}

/** Prints a line each on Perl, on env and on the shell, then the mounts that came of the trials. */
const script = `
umask 022
mount -n -c -t tmpfs tmpfs "$1" && cd "$1" || exit 1
unshare --pid --ipc --uts --mount --fork mount -n -c -t proc proc /proc || exit 1
cat >fstab
mount -n -c -a -T fstab 2>/dev/null
if [ "$2" = perl ] && perl -Mstrict -e 0 2>/dev/null; then
  printf 'perl\\n\\n\\n'
else
  echo
  if env --default-signal=INT true 2>/dev/null; then echo signals; else echo; fi
  if [ "$(env -i sh -c 'unset PATH PWD OLDPWD; export A=1; exec "$0"' "$(command -v env)")" = A=1 ]; then echo shell; else echo; fi
fi
while read -r line; do printf '%s\\n' "$line"; done </proc/self/mountinfo
`;
