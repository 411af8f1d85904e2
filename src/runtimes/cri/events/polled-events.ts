import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeApi } from '../cri-api.ts';
import type { Service } from '../grpc/service.ts';
import type { EventSource } from './event-source.ts';

/** What the list of what runs is compared with. */
export class Poll {
  /** Containers and sandboxes that ran when somebody last looked, or were started since: a short run is in no list. */
  readonly running = new Set<string>();
  #lastActivity = performance.now();

  /** Something is started, stopped or seen to end: exits are likely soon after. */
  activity(): void {
    this.#lastActivity = performance.now();
  }

  get intervalMs(): number {
    return Math.min(longestMs, Math.max(shortestMs, (performance.now() - this.#lastActivity) / 10));
  }
}

/** For engines without events: compares lists of what runs, often while something happens and seldom otherwise. */
export function polledEvents(runtime: Service<RuntimeApi>, poll: Poll): EventSource {
  async function running(): Promise<Set<string>> {
    const [{ containers }, { items }] = await Promise.all([
      runtime.call('ListContainers', { filter: { state: { state: 'CONTAINER_RUNNING' } } }, { lost: false }),
      runtime.call('ListPodSandbox', { filter: {} }, { lost: false }),
    ]);
    return new Set([...containers.map(({ id }) => id), ...items.filter(({ state }) => state === 'SANDBOX_READY').map(({ id }) => id)]);
  }

  return {
    async follow(tell, signal) {
      for (const id of await running()) poll.running.add(id);
      tell({ type: 'subscribed' });
      while (!signal.aborted) {
        await delay(poll.intervalMs, undefined, { signal }).catch(() => undefined);
        const before = [...poll.running];
        const current = await running();
        for (const id of current) poll.running.add(id);
        for (const id of before) {
          if (current.has(id)) continue;
          poll.running.delete(id);
          poll.activity();
          tell({ type: 'exited', id });
        }
      }
    },
  };
}

const shortestMs = 20;
const longestMs = 500;
