import type { PullLayer, PullProgress } from '../../engine/runtime-service.ts';

/** A line of the answer to `/images/create`. */
export interface PullMessage {
  readonly status?: string;
  /** Short ID of a layer; in the first line, the tag. */
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** The layers of a pull under way, from the engine's words about them. */
export class PullLayers {
  readonly #layers = new Map<string, PullLayer>();

  /** Whether the message changed something. */
  take({ status = '', id, progressDetail: { current = 0, total = 0 } = {} }: PullMessage): boolean {
    // "Retrying in 5 seconds": it begins anew then.
    const state = states.get(status.trim().replace(/^(Retrying) in .*/, '$1'));
    if (id === undefined || state === undefined) return false;
    const { totalBytes = 0 } = this.#layers.get(id) ?? {};
    const known = total > 0 ? total : totalBytes;
    const isDone = state === 'complete' || status === 'Download complete' || status === 'Verifying Checksum';
    this.#layers.set(id, { id, state, currentBytes: isDone ? Math.max(known, current) : current, totalBytes: known });
    return true;
  }

  progress(): PullProgress {
    return { layers: [...this.#layers.values()] };
  }
}

const states = new Map<string, PullLayer['state']>([
  ['Pulling fs layer', 'waiting'],
  ['Waiting', 'waiting'],
  ['Retrying', 'waiting'],
  ['Downloading', 'downloading'],
  ['Verifying Checksum', 'downloading'],
  ['Download complete', 'downloading'],
  ['Extracting', 'extracting'],
  ['Pull complete', 'complete'],
  ['Already exists', 'complete'],
]);
