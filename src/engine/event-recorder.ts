import { apiTime } from '../lifecycle/api-time.ts';
import type { PodEvent } from '../lifecycle/pass.ts';
import type { ApiEvent, Pod } from '../pod/types.ts';

/**
 * Makes the API's Event objects of what the core reports about one Pod. The same Event again is one object whose count grows,
 * as the kubelet's event correlator does it.
 */
export class EventRecorder {
  readonly #seen = new Map<string, ApiEvent>();
  readonly #newUID: () => string;

  /** @param before - Events of the Pod that were told already: the same ones again go on counting. */
  constructor(newUID: () => string, before: readonly ApiEvent[] = []) {
    this.#newUID = newUID;
    for (const event of before) this.#seen.set(keyOf(event.type, event.reason, event.message, event.involvedObject.fieldPath), event);
  }

  record(pod: Pod, event: PodEvent, now: number): { readonly type: 'ADDED' | 'MODIFIED'; readonly object: ApiEvent } {
    const key = keyOf(event.type, event.reason, event.message, event.fieldPath);
    const before = this.#seen.get(key);
    const object: ApiEvent =
      before === undefined ? this.#create(pod, event, now) : { ...before, count: (before.count ?? 1) + 1, lastTimestamp: apiTime(now) };
    this.#seen.set(key, object);
    return { type: before === undefined ? 'ADDED' : 'MODIFIED', object };
  }

  #create(pod: Pod, { type, reason, message, fieldPath }: PodEvent, now: number): ApiEvent {
    const { name, namespace, uid } = pod.metadata;
    const eventUID = this.#newUID();
    return {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: { name: `${name}.${eventUID.replaceAll('-', '').slice(0, 16)}`, namespace, uid: eventUID, creationTimestamp: apiTime(now) },
      involvedObject: { kind: 'Pod', namespace, name, uid, apiVersion: 'v1', ...(fieldPath === undefined ? {} : { fieldPath }) },
      reason,
      message,
      source: { component: 'outrider' },
      firstTimestamp: apiTime(now),
      lastTimestamp: apiTime(now),
      count: 1,
      type,
      reportingComponent: 'outrider',
      reportingInstance: '',
    };
  }
}

function keyOf(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}
