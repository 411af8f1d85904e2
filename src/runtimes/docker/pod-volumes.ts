import type { EngineSandbox } from '../containers/container-engine.ts';
import type { Mount } from '../containers/engine-config.ts';
import { bindMount } from './container-body.ts';
import type { EngineKind } from './engine-kind.ts';
import { ApiError, filters, type HttpApi } from './http-api.ts';
import { copyImage } from './image-volume.ts';
import { kindLabels, ownLabels } from './labels.ts';
import { uniqueName } from './names.ts';
import type { PauseImage } from './pause-image.ts';

const pageBytes = 4096;

type MemoryMount = Extract<Mount, { type: 'memory' }>;
type ImageMount = Extract<Mount, { type: 'image' }>;

/** Volumes that the engine keeps for a Pod: file systems in memory, and the content of images. They go with the sandbox. */
export class PodVolumes {
  readonly #api: HttpApi;
  readonly #kind: EngineKind;
  readonly #pause: PauseImage;
  readonly #made = new Map<string, Promise<void>>();

  constructor(api: HttpApi, kind: EngineKind, pause: PauseImage) {
    this.#api = api;
    this.#kind = kind;
    this.#pause = pause;
  }

  /** The API's form of a container's mounts; what they need is made. */
  mounts(sandbox: EngineSandbox, mounts: readonly Mount[]): Promise<object[]> {
    return Promise.all(
      mounts.map(async (mount) => {
        if (mount.type === 'bind') return bindMount(mount, this.#kind);
        return mount.type === 'memory' ? this.#memory(sandbox, mount) : this.#image(sandbox, mount);
      }),
    );
  }

  async removeAll(sandboxID: string): Promise<void> {
    const query = { filters: filters({ label: [`${ownLabels.sandbox}=${sandboxID}`] }) };
    const { Volumes } = await this.#api.call<{ Volumes: readonly { Name: string }[] | null }>('GET', '/volumes', { query });
    for (const { Name } of Volumes ?? []) {
      this.#made.delete(Name);
      await this.#api.call('DELETE', `/volumes/${Name}`, { query: { force: true } }).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.isNotFound)) throw error;
      });
    }
  }

  async #memory(sandbox: EngineSandbox, { volume, sizeBytes, containerPath, readOnly }: MemoryMount): Promise<object> {
    const name = `outrider-${sandbox.id.slice(0, 12)}-${volume}`;
    await this.#once(name, async () => {
      // Podman takes "size" for a quota of the file system below.
      const size = this.#kind.isPodman
        ? (bytes: number) => `nr_blocks=${Math.ceil(bytes / pageBytes)},`
        : (bytes: number) => `size=${bytes},`;
      const options = `${sizeBytes === undefined ? '' : size(sizeBytes)}mode=1777,nodev`;
      await this.#create(name, sandbox, { type: 'tmpfs', device: 'tmpfs', o: options });
      await this.#hold(name, sandbox);
    });
    return { Type: 'volume', Source: name, Target: containerPath, ReadOnly: readOnly, VolumeOptions: { NoCopy: true } };
  }

  async #image(sandbox: EngineSandbox, { image, subPath, containerPath }: ImageMount): Promise<object> {
    if (this.#kind.hasImageMounts) {
      const options = subPath === '' ? {} : { ImageOptions: { Subpath: subPath } };
      return { Type: 'image', Source: image, Target: containerPath, ReadOnly: true, ...options };
    }
    const name = `outrider-${sandbox.id.slice(0, 12)}-${Buffer.from(`${image}/${subPath}`).toString('hex')}`.slice(0, 200);
    await this.#once(name, async () => {
      await this.#create(name, sandbox, {});
      await this.#pause.ensure();
      await copyImage(this.#api, { image, subPath, volume: name, helperImage: this.#pause.name });
    });
    return { Type: 'volume', Source: name, Target: containerPath, ReadOnly: true, VolumeOptions: { NoCopy: true } };
  }

  #once(name: string, make: () => Promise<void>): Promise<void> {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(name, made);
    made.catch(() => this.#made.delete(name));
    return made;
  }

  async #create(name: string, { id }: EngineSandbox, options: Readonly<Record<string, string>>): Promise<void> {
    const labels = { ...kindLabels('volume'), [ownLabels.sandbox]: id };
    await this.#api.call('POST', '/volumes/create', { body: { Name: name, Driver: 'local', DriverOpts: options, Labels: labels } });
  }

  /** The engine mounts such a volume with its first user and forgets its content with the last: a container that does nothing keeps it. */
  async #hold(volume: string, sandbox: EngineSandbox): Promise<void> {
    await this.#pause.ensure();
    const body = {
      Image: this.#pause.name,
      Labels: { ...sandbox.labels, ...kindLabels('helper'), [ownLabels.sandbox]: sandbox.id },
      HostConfig: {
        NetworkMode: 'none',
        LogConfig: { Type: 'none', Config: {} },
        Mounts: [{ Type: 'volume', Source: volume, Target: '/volume', VolumeOptions: { NoCopy: true } }],
      },
    };
    const name = uniqueName(sandbox.labels['io.kubernetes.pod.name'] ?? 'pod', 'volume', 0);
    const { Id } = await this.#api.call<{ Id: string }>('POST', '/containers/create', { query: { name }, body });
    await this.#api.call('POST', `/containers/${Id}/start`);
  }
}
