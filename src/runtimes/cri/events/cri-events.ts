import type { RuntimeApi } from '../cri-api.ts';
import { Code, hasCode } from '../grpc/call-error.ts';
import type { Service } from '../grpc/service.ts';
import { NoEvents, type EventSource } from './event-source.ts';

/** The CRI's own events (CRI-O with `enable_pod_events`): they come when the engine's status is complete. */
export function criEvents(runtime: Service<RuntimeApi>): EventSource {
  return {
    async follow(tell, signal) {
      const ended = new AbortController();
      const following = runtime
        .stream(
          'GetContainerEvents',
          {},
          ({ containerId, containerEventType }) => {
            if (containerEventType === 'CONTAINER_STOPPED_EVENT') tell({ type: 'exited', id: containerId });
          },
          signal,
        )
        .finally(() => ended.abort());
      try {
        // The stream has no answer of its own: an engine that has no events has ended it by the time it answers another call.
        await Promise.race([following, runtime.call('Version', {}, { lost: false })]);
        if (!ended.signal.aborted) tell({ type: 'subscribed' });
        await following;
      } catch (error) {
        if (hasCode(error, Code.Unimplemented)) throw new NoEvents('the engine has no GetContainerEvents');
        throw error;
      }
      // CRI-O ends it without an error when events are not enabled.
      if (!signal.aborted) throw new NoEvents('the engine tells no events');
    },
  };
}
