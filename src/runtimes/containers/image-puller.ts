import type { PullProgress } from '../../engine/runtime-service.ts';
import { PullError, type ContainerEngine, type EngineImage, type RegistryAuth } from './container-engine.ts';

export interface PullRequest {
  /** Normalised. */
  readonly reference: string;
  /** Tried one after the other, then without any. */
  readonly credentials: readonly RegistryAuth[];
  readonly progress: (progress: PullProgress) => void;
  /** Aborting leaves; the pull ends when everybody has left. */
  readonly signal: AbortSignal;
}

interface Pull {
  readonly image: Promise<EngineImage>;
  readonly listeners: Set<(progress: PullProgress) => void>;
  readonly abort: AbortController;
  last: PullProgress | undefined;
}

/** Pulls images, each only once at a time however many containers wait for it. */
export class ImagePuller {
  readonly #engine: ContainerEngine;
  readonly #pulls = new Map<string, Pull>();

  constructor(engine: ContainerEngine) {
    this.#engine = engine;
  }

  /** Rejects with the engine's `PullError`; with all of them, when several credentials were tried. */
  async pull(request: PullRequest): Promise<EngineImage> {
    const { progress, signal } = request;
    signal.throwIfAborted();
    // What others may pull an image with is theirs alone.
    const key = JSON.stringify([request.reference, request.credentials]);
    const pull = this.#pulls.get(key) ?? this.#begin(key, request);
    pull.listeners.add(progress);
    if (pull.last !== undefined) progress(pull.last);
    const leave = (): void => {
      pull.listeners.delete(progress);
      if (pull.listeners.size === 0) pull.abort.abort();
    };
    signal.addEventListener('abort', leave);
    try {
      return await pull.image;
    } finally {
      signal.removeEventListener('abort', leave);
      pull.listeners.delete(progress);
    }
  }

  #begin(key: string, { reference, credentials }: PullRequest): Pull {
    const abort = new AbortController();
    const listeners: Pull['listeners'] = new Set();
    const progress = (now: PullProgress): void => {
      pull.last = now;
      for (const listener of listeners) listener(now);
    };
    const attempts = Promise.resolve().then(() => this.#tryAll(reference, credentials, progress, abort.signal));
    const image = attempts.finally(() => this.#pulls.delete(key));
    const pull: Pull = { image, listeners, abort, last: undefined };
    this.#pulls.set(key, pull);
    return pull;
  }

  async #tryAll(
    reference: string,
    credentials: readonly RegistryAuth[],
    progress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<EngineImage> {
    const failures: PullError[] = [];
    for (const auth of [...credentials, undefined]) {
      // Without any only where the registry took none of them: the image may be open to everybody.
      if (auth === undefined && failures.some(({ kind }) => kind !== 'unauthorized')) break;
      try {
        return await this.#engine.pullImage(reference, { auth, progress, signal });
      } catch (error) {
        // What anonymous users may not do says nothing of why the logins failed.
        if (auth === undefined && failures.length > 0) break;
        failures.push(error instanceof PullError ? error : new PullError('other', (error as Error).message, { cause: error }));
        if (signal.aborted) break;
      }
    }
    throw together(failures);
  }
}

/** As the kubelet puts several errors into one: each message once. */
function together(failures: readonly PullError[]): PullError {
  const messages = [...new Set(failures.map(({ message }) => message))];
  const { kind = 'other' } = failures.at(-1) ?? {};
  return new PullError(kind, messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`, { cause: failures.at(-1) });
}
