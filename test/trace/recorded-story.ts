import { podWaits } from '../../src/lifecycle/pod-waits.ts';
import type { ApiEvent, Pod } from '../../src/pod/types.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';
import type { Story } from '../lifecycle/arbitrary-pod.ts';
import { VirtualPod } from '../lifecycle/virtual-pod.ts';

/** What watchers see of a random Pod that the real core runs, and what the core knew at each of its steps. */
export function recordStory({ pod, behaviour, faults, latenciesMs }: Story, untilMs: number): { events: WatchEvent[]; truth: Truth[] } {
  let calls = 0;
  const virtual = new VirtualPod(pod, { behaviour, latencyMs: () => latenciesMs[calls++ % latenciesMs.length] ?? 0 });
  const deletion = faults.find((fault) => fault.kind === 'delete');
  if (deletion) {
    virtual.at(deletion.t, { type: 'DeletionRequested', graceSeconds: deletion.graceSeconds });
  }
  const truth: Truth[] = [];
  const recorded: { t: number; object: Pod | ApiEvent }[] = [];
  let [seenStatuses, seenEvents] = [0, 0];
  virtual.onStep = ({ t, now, state, statuses, events }) => {
    const isDeleted = deletion !== undefined && t >= deletion.t;
    const graceSeconds = deletion?.graceSeconds ?? pod.spec.terminationGracePeriodSeconds;
    const metadata = {
      ...pod.metadata,
      ...(isDeleted && {
        deletionTimestamp: new Date(epoch + deletion.t + graceSeconds * 1000).toISOString(),
        deletionGracePeriodSeconds: graceSeconds,
      }),
    };
    for (const { t: at, type, reason, message, fieldPath } of events.slice(seenEvents)) {
      const involvedObject = { kind: 'Pod', namespace: 'default', name: pod.metadata.name, ...(fieldPath !== undefined && { fieldPath }) };
      recorded.push({
        t: at,
        object: { kind: 'Event', type, reason, message, involvedObject, reportingComponent: '', reportingInstance: '' },
      });
    }
    for (const { t: at, status } of statuses.slice(seenStatuses)) recorded.push({ t: at, object: { ...pod, metadata, status } });
    [seenStatuses, seenEvents] = [statuses.length, events.length];
    truth.push({ t, waits: podWaits(state, now) });
  };
  virtual.run(untilMs);
  const events = recorded.map(({ t, object }, index): WatchEvent => {
    const isFirst = recorded.findIndex((other) => other.object.kind === 'Pod') === index;
    return { type: isFirst || object.kind === 'Event' ? 'ADDED' : 'MODIFIED', time: new Date(epoch + t).toISOString(), object };
  });
  return { events, truth };
}

export interface Truth {
  readonly t: number;
  readonly waits: ReturnType<typeof podWaits>;
}

const epoch = Date.UTC(2026, 0, 1);
