import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { logDirectory } from '../logs/directory.ts';
import { podNotFound } from './api-error.ts';
import type { WireObjects } from './api-types.ts';
import type { PodStore } from './pod-store.ts';
import { SharedObjects } from './shared-objects.ts';
import type { SupervisedPod } from './supervised-pod.ts';
import type { WatchBroadcast } from './watch-broadcast.ts';

/** The Pods that a supervisor knows, by name: those that run, and ended ones that were not removed. */
export class PodRegistry {
  readonly objects = new SharedObjects(() => this.all.map(({ record }) => record.objects));
  readonly #pods = new Map<string, SupervisedPod>();
  readonly #store: PodStore;
  readonly #stateDirectory: string;
  readonly #broadcast: WatchBroadcast;

  constructor(options: { readonly store: PodStore; readonly stateDirectory: string; readonly broadcast: WatchBroadcast }) {
    this.#store = options.store;
    this.#stateDirectory = options.stateDirectory;
    this.#broadcast = options.broadcast;
  }

  get all(): readonly SupervisedPod[] {
    return [...this.#pods.values()];
  }

  get(key: string): SupervisedPod | undefined {
    return this.#pods.get(key);
  }

  /** @throws ApiError when there is none. */
  find(namespace: string, name: string): SupervisedPod {
    const found = this.#pods.get(`${namespace}/${name}`);
    if (found === undefined) throw podNotFound(name);
    return found;
  }

  /** In the place of one of its name, which is told to be gone. */
  add(pod: SupervisedPod): void {
    const before = this.#pods.get(pod.key);
    this.#pods.delete(pod.key);
    if (before !== undefined) this.#broadcast.send({ type: 'DELETED', object: before.pod });
    this.#pods.set(pod.key, pod);
    this.objects.changed();
  }

  setObjects(pod: SupervisedPod, objects: WireObjects): void {
    pod.amend({ objects });
    this.objects.changed();
  }

  /** Takes a Pod that has ended from the list, with its record; its logs stay. */
  async remove(pod: SupervisedPod): Promise<void> {
    this.#pods.delete(pod.key);
    this.objects.changed();
    await this.#store.remove(pod.key);
    this.#broadcast.send({ type: 'DELETED', object: pod.pod });
  }

  /** The same, and its logs go too. */
  async forget(pod: SupervisedPod): Promise<void> {
    await this.remove(pod);
    await rm(logDirectory(join(this.#stateDirectory, 'logs'), pod.pod, ''), { recursive: true, force: true });
  }
}
