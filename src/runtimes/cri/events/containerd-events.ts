import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerdApi, Envelope, TaskDelete, TaskExit, TaskStart } from '../containerd-api.ts';
import { criNamespace, milliseconds } from '../containerd-api.ts';
import type { Codec } from '../grpc/codec.ts';
import type { EventSource, RuntimeEvent } from './event-source.ts';

/**
 * containerd's own events. They come some tens of milliseconds before the CRI knows of an exit, and every subscriber gets all of them
 * (GetContainerEvents of containerd 1.7 shares them out among its callers, a kubelet among them).
 */
export function containerdEvents({ events }: ContainerdApi, codec: Codec): EventSource {
  const decode = {
    start: codec.decoder('containerd.services.TaskStart'),
    exit: codec.decoder('containerd.services.TaskExit'),
    delete: codec.decoder('containerd.services.TaskDelete'),
  };

  function toEvent({ topic, timestamp, event }: Envelope): RuntimeEvent | undefined {
    const value = event?.value ?? new Uint8Array();
    switch (topic) {
      case '/tasks/start': {
        const { containerId, pid } = decode.start(value) as TaskStart;
        return { type: 'started', id: containerId, at: milliseconds(timestamp), pid };
      }
      case '/tasks/exit': {
        const { containerId, id, exitStatus, exitedAt } = decode.exit(value) as TaskExit;
        // Others are commands that ran inside it.
        if (id !== containerId) return undefined;
        return { type: 'exited', id, exit: { exitCode: exitStatus, at: milliseconds(exitedAt) } };
      }
      case '/tasks/oom':
        return { type: 'oom', id: (decode.delete(value) as TaskDelete).containerId };
      case '/tasks/delete':
        return { type: 'released', id: (decode.delete(value) as TaskDelete).containerId };
      default:
        return undefined;
    }
  }

  return {
    async follow(tell, signal) {
      // A subscription has no answer. An event of our own that comes back shows that it stands.
      const token = `/outrider/${randomBytes(8).toString('hex')}`;
      const filters = [...topics, token].map((topic) => `topic==${JSON.stringify(topic)},namespace==${criNamespace}`);
      const stop = new AbortController();
      const waiting = new AbortController();
      const following = events
        .stream(
          'Subscribe',
          { filters },
          (envelope) => {
            if (envelope.topic === token) {
              if (!waiting.signal.aborted) tell({ type: 'subscribed' });
              waiting.abort();
              return;
            }
            const event = toEvent(envelope);
            if (event !== undefined) tell(event);
          },
          AbortSignal.any([signal, stop.signal]),
        )
        .finally(() => waiting.abort());
      const announcing = (async () => {
        while (!waiting.signal.aborted) {
          await events.call(
            'Publish',
            { topic: token, event: { typeUrl: 'outrider/subscribed', value: new Uint8Array() } },
            { lost: false },
          );
          await delay(5);
        }
      })();
      try {
        await Promise.all([following, announcing]);
      } finally {
        stop.abort();
      }
    },
  };
}

const topics = ['/tasks/start', '/tasks/exit', '/tasks/oom', '/tasks/delete'];
