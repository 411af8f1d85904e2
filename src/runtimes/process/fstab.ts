/** One line of an fstab: what `mount --all --fstab` does in one process for all of them. */
export interface MountEntry {
  /** A path or, for a file system without a device, its name. */
  readonly source: string;
  readonly target: string;
  /** `none` for bind mounts. */
  readonly type: string;
  readonly options: readonly string[];
}

export function bindMount(source: string, target: string, ...options: string[]): MountEntry {
  return { source, target, type: 'none', options: ['bind', ...options] };
}

export function fileSystem(type: string, target: string, ...options: string[]): MountEntry {
  return { source: type, target, type, options };
}

/** The text of the fstab; white space and backslashes in its fields are escaped as getmntent(3) reads them. */
export function formatFstab(entries: readonly MountEntry[]): string {
  return entries
    .map(
      ({ source, target, type, options }) => `${[source, target, type, options.join(',') || 'defaults'].map(escapeField).join(' ')} 0 0\n`,
    )
    .join('');
}

function escapeField(text: string): string {
  const escaped = text.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
  // A line that begins with "#" is a comment.
  return escaped.replace(/^#/, '\\043');
}
