import type { RunListener } from '../engine/run-listener.ts';
import type { Pod } from '../pod/types.ts';
import type { WatchLine } from './api-types.ts';
import type { Meter } from './metrics/measurement.ts';
import { measuringListener } from './metrics/measuring-listener.ts';

export interface SupervisorListeners {
  /** Hears everything. */
  readonly listener: RunListener;
  readonly measure: Meter;
  readonly send: (line: WatchLine) => void;
  /** A Pod's status was told. */
  readonly changed: (pod: Pod) => void;
}

/** Tells all who listen what the workers of all Pods tell. */
export function supervisorListener({ listener, measure, send, changed }: SupervisorListeners): RunListener {
  const measuring = measuringListener(measure);
  return {
    watch(event) {
      listener.watch(event);
      measuring.watch(event);
      const isPod = event.object.kind === 'Pod';
      // It stays listed until it is removed.
      send({ type: isPod && event.type === 'DELETED' ? 'MODIFIED' : event.type, object: event.object });
      // What follows from a change is done after it was told.
      if (isPod) queueMicrotask(() => changed(event.object as Pod));
    },
    output: (pod, line) => listener.output(pod, line),
    waits: (pod, waits) => listener.waits(pod, waits),
    probe(pod, probe) {
      listener.probe(pod, probe);
      measuring.probe(pod, probe);
    },
    pull: (pod, container, progress) => listener.pull?.(pod, container, progress),
    ended(pod) {
      listener.ended(pod);
      measuring.ended(pod);
    },
  };
}
