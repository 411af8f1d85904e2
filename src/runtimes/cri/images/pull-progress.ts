import { setTimeout as delay } from 'node:timers/promises';
import type { PullLayer, PullProgress } from '../../../engine/runtime-service.ts';
import { parseImageReference } from '../../../pod/image-reference.ts';
import type { ContainerdApi, ContentDescriptor, ContentInfo, Ingest } from '../containerd-api.ts';
import { milliseconds } from '../containerd-api.ts';

/**
 * How far a pull is: the CRI does not say. containerd's content store shows blobs on their way, and the image's manifest once it is
 * there. Nothing is told of images whose layers are all there already.
 */
export class PullWatch {
  readonly #content: ContainerdApi['content'];
  readonly #reference: string;
  readonly #progress: (progress: PullProgress) => void;
  readonly #abort = new AbortController();
  readonly #startedAt = Date.now();
  /** Layers that were seen on their way. */
  readonly #begun = new Set<string>();
  #image: PulledImage | undefined;
  #last = '';

  constructor(content: ContainerdApi['content'], reference: string, progress: (progress: PullProgress) => void) {
    this.#content = content;
    this.#reference = reference;
    this.#progress = progress;
    void this.#follow();
  }

  /** The pull has failed. */
  stop(): void {
    this.#abort.abort();
  }

  /** The image is there. */
  complete(): void {
    this.#abort.abort();
    if (this.#image !== undefined) this.#tell(this.#image.layers.map(({ digest, size }) => layer(digest, 'complete', size, size)));
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        const ingests = await this.#ingests();
        if (this.#image?.isNew !== true) this.#image = (await this.#findImage(ingests)) ?? this.#image;
        const states = this.#image && (await this.#states(this.#image.layers, ingests));
        if (states !== undefined && !this.#abort.signal.aborted) this.#tell(states);
      } catch {
        // Progress is shown when it can be; the pull itself tells what is wrong.
      }
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * Which one it is: containerd only knows which repository a manifest came from. One that has come since the pull began, else one
   * whose layers come now: pulls that were given up leave manifests and parts of layers.
   */
  async #findImage(ingests: Ingests): Promise<PulledImage | undefined> {
    for (const { digest: manifest, createdAt } of await this.#manifests()) {
      if (manifest === this.#image?.manifest) return this.#image;
      const isNew = milliseconds(createdAt) >= this.#startedAt;
      const { layers } = JSON.parse(await this.#read(manifest)) as { readonly layers: readonly ContentDescriptor[] };
      if (!isNew && !layers.some(({ digest }) => this.#comesNow(ingests.get(ingestOf(digest))))) continue;
      const found = await Promise.all(layers.map(async ({ digest, size }) => ({ digest, size, wasThere: await this.#isThere(digest) })));
      return { manifest, isNew, layers: found };
    }
    return undefined;
  }

  /** Of the images of this repository, newest first. */
  async #manifests(): Promise<ContentInfo[]> {
    const { domain = '', path = '' } = parseImageReference(this.#reference) ?? {};
    // Where a blob came from: the registry, without its port, and the repositories.
    const label = `containerd.io/distribution.source.${domain.replace(/:\d+$/, '')}`;
    const infos: ContentInfo[] = [];
    await this.#content.stream(
      'List',
      { filters: [`labels.${JSON.stringify(label)}`] },
      ({ info }) => infos.push(...info),
      this.#abort.signal,
    );
    return infos
      .filter(({ labels }) => (labels[label] ?? '').split(',').includes(path) && labels['containerd.io/gc.ref.content.l.0'] !== undefined)
      .sort((a, b) => milliseconds(b.createdAt) - milliseconds(a.createdAt));
  }

  #comesNow(ingest: Ingest | undefined): boolean {
    return ingest !== undefined && milliseconds(ingest.updatedAt) >= this.#startedAt;
  }

  /** The blobs of which there is a part, by reference. */
  async #ingests(): Promise<Ingests> {
    const { statuses } = await this.#content.call('ListStatuses', { filters: [] }, { lost: false });
    return new Map(statuses.map((ingest) => [ingest.ref, ingest]));
  }

  async #states(layers: readonly Layer[], ingests: Ingests): Promise<PullLayer[]> {
    return Promise.all(
      layers.map(async ({ digest, size, wasThere }) => {
        if (wasThere) return layer(digest, 'complete', size, size);
        const ingest = ingests.get(ingestOf(digest));
        if (ingest !== undefined) {
          this.#begun.add(digest);
          return layer(digest, 'downloading', ingest.offset, size);
        }
        // It is unpacked now, or as soon as those below it are. For a moment it is neither on its way nor there.
        if (this.#begun.has(digest) || (await this.#isThere(digest))) return layer(digest, 'extracting', size, size);
        return layer(digest, 'waiting', 0, size);
      }),
    );
  }

  async #isThere(digest: string): Promise<boolean> {
    return this.#content.call('Info', { digest }, { lost: false }).then(
      () => true,
      () => false,
    );
  }

  async #read(digest: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    await this.#content.stream('Read', { digest }, ({ data }) => chunks.push(data), this.#abort.signal);
    return Buffer.concat(chunks).toString();
  }

  #tell(layers: readonly PullLayer[]): void {
    const text = JSON.stringify(layers);
    if (text !== this.#last) this.#progress({ layers });
    this.#last = text;
  }
}

interface PulledImage {
  /** The digest of its manifest. */
  readonly manifest: string;
  /** It has come since the pull began. */
  readonly isNew: boolean;
  readonly layers: readonly Layer[];
}

type Ingests = ReadonlyMap<string, Ingest>;

interface Layer {
  readonly digest: string;
  readonly size: number;
  readonly wasThere: boolean;
}

const intervalMs = 100;

function ingestOf(digest: string): string {
  return `layer-${digest}`;
}

function layer(id: string, state: PullLayer['state'], currentBytes: number, totalBytes: number): PullLayer {
  return { id, state, currentBytes, totalBytes };
}
