import type { PullLayer, PullProgress } from '../../engine/runtime-service.ts';
import type { Wait } from '../../lifecycle/wait.ts';
import { decimalBytes } from '../../printers/decimal-bytes.ts';
import { containerName } from './names.ts';

/** The image pulls that are under way, by container. What their waits say is completed by how far they are. */
export class Pulls {
  readonly #waits = new Map<string, readonly Wait[]>();
  readonly #pulls = new Map<string, { readonly pod: string; readonly container: string; progress: PullProgress }>();

  /** All waits of a Pod as they are now: a container that waits for something else pulls nothing any more. */
  waits(pod: string, waits: readonly Wait[]): readonly Wait[] {
    this.#waits.set(pod, waits);
    for (const [key, pull] of this.#pulls) {
      const isPulling = waits.some(({ container, cause }) => container === pull.container && cause.kind === 'ImagePull');
      if (pull.pod === pod && !isPulling) this.#pulls.delete(key);
    }
    return this.#completed(pod);
  }

  /** Gives the Pod's waits as they are now. */
  pull(pod: string, container: string, progress: PullProgress): readonly Wait[] {
    this.#pulls.set(`${pod}/${container}`, { pod, container, progress });
    return this.#completed(pod);
  }

  /** One line a layer, those that are not there yet first; at most `room` lines of at most `width` columns. */
  lines(room: number, width: number): string[] {
    const layers = [...this.#pulls.values()].flatMap(({ pod, container, progress }) =>
      progress.layers.map((layer) => ({ name: containerName(pod, container), layer })),
    );
    const open = layers.filter(({ layer }) => layer.state !== 'complete');
    if (open.length === 0 || room < 1) return [];
    const shown = layers.length <= room ? layers : open.slice(0, Math.max(room - 1, 1));
    const nameWidth = Math.min(Math.max(...shown.map(({ name }) => name.length)), Math.floor(width / 3));
    const lines = shown.map(
      ({ name, layer }) => `${name.slice(0, nameWidth).padEnd(nameWidth)} ${layerText(layer, width - nameWidth - 1)}`,
    );
    const hidden = layers.length - shown.length;
    return hidden > 0 && shown.length < room ? [...lines, `and ${hidden} more layers`] : lines;
  }

  #completed(pod: string): readonly Wait[] {
    return (this.#waits.get(pod) ?? []).map((wait) => {
      const progress = this.#pulls.get(`${pod}/${wait.container}`)?.progress;
      const percent = wait.cause.kind === 'ImagePull' && progress !== undefined ? pullPercent(progress) : undefined;
      return percent === undefined || wait.cause.kind !== 'ImagePull' ? wait : { ...wait, cause: { ...wait.cause, percent } };
    });
  }
}

/**
 * How much of an image is there, in whole percent: by bytes where the size of every layer is known, else by layers. Undefined while
 * nothing is known of it.
 */
export function pullPercent({ layers }: PullProgress): number | undefined {
  if (layers.length === 0) return undefined;
  const isSized = layers.every(({ state, totalBytes }) => totalBytes > 0 || state === 'complete');
  const weight = ({ totalBytes }: PullLayer): number => (isSized ? totalBytes : 1);
  const total = layers.reduce((sum, layer) => sum + weight(layer), 0);
  if (total === 0) return layers.every(({ state }) => state === 'complete') ? 100 : undefined;
  return Math.floor((layers.reduce((sum, layer) => sum + weight(layer) * fraction(layer), 0) / total) * 100);
}

/** Of what has to come over the network; unpacking it takes little then. */
function fraction({ state, currentBytes, totalBytes }: PullLayer): number {
  if (state === 'complete' || state === 'extracting') return 1;
  return totalBytes > 0 ? Math.min(currentBytes / totalBytes, 1) : 0;
}

/** `b1c2d3e4f5a6 downloading [=====>    ]  3.1MB/6.2MB`. */
function layerText({ id, state, currentBytes, totalBytes }: PullLayer, width: number): string {
  const head = `${id.replace(/^sha256:/, '').slice(0, 12)} ${state.padEnd(11)}`;
  if (totalBytes === 0 || state === 'complete' || state === 'waiting') return head.trimEnd();
  const sizes = `${decimalBytes(currentBytes)}/${decimalBytes(totalBytes)}`;
  const cells = Math.min(width - head.length - sizes.length - 5, 40);
  if (cells < 5) return `${head} ${sizes}`;
  const filled = Math.floor(Math.min(currentBytes / totalBytes, 1) * cells);
  const bar = `${'='.repeat(filled)}${filled < cells ? '>' : ''}`.slice(0, cells).padEnd(cells);
  return `${head} [${bar}] ${sizes}`;
}
