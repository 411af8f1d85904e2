import type { Container } from '../pod/types.ts';

/** The files of one Pod as far as simulated scripts make and remove them: in volumes for all that mount them, else each its own. */
export class VirtualFiles {
  readonly #present = new Set<string>();

  set(container: Container, instance: string, path: string, exists: boolean): void {
    const key = fileKey(container, instance, path);
    if (exists) this.#present.add(key);
    else this.#present.delete(key);
  }

  has(container: Container, instance: string, path: string): boolean {
    return this.#present.has(fileKey(container, instance, path));
  }
}

function fileKey({ volumeMounts = [] }: Container, instance: string, path: string): string {
  const mounts = volumeMounts.filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`));
  const [mount] = mounts.sort((a, b) => b.mountPath.length - a.mountPath.length);
  return mount === undefined
    ? `${instance}:${path}`
    : `volume ${mount.name}:${mount.subPath ?? ''}/${path.slice(mount.mountPath.length)}`.replaceAll('//', '/');
}
