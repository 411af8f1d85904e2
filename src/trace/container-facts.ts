import type { ApiEvent } from '../pod/types.ts';
import type { ProbeKind } from './container-timeline.ts';

/** What Events said about the present instance of a container, or the attempt to start the next one, that no status shows. */
export interface ContainerFacts {
  readonly image?: 'pulling' | 'present';
  /** It was started; its status may show that later. Milliseconds since the epoch. */
  readonly startedAt?: number;
  /** When it was told to stop, and why. */
  readonly kill?: { readonly time: number; readonly message: string };
  readonly failures: Readonly<Record<ProbeKind, number>>;
}

export const noFacts: ContainerFacts = { failures: { startup: 0, readiness: 0, liveness: 0 } };

/** The facts after one more Event of the container. `time` in milliseconds since the epoch. */
export function withEvent(facts: ContainerFacts, { reason, message = '' }: ApiEvent, time: number): ContainerFacts {
  switch (reason) {
    case 'Pulling':
      return { ...facts, image: 'pulling' };
    case 'Pulled':
      return { ...facts, image: 'present' };
    case 'Started':
      return { ...noFacts, image: 'present', startedAt: time };
    case 'Killing':
      return { ...facts, kill: { time, message } };
    case 'Unhealthy': {
      const probe = probeOf(message);
      return probe === undefined ? facts : { ...facts, failures: { ...facts.failures, [probe]: facts.failures[probe] + 1 } };
    }
    case undefined:
    default:
      return facts;
  }
}

/** The container that an Event is about; undefined: the Pod. */
export function containerOf({ involvedObject }: ApiEvent): string | undefined {
  return /^spec\.\w+\{(.+)\}$/.exec(involvedObject.fieldPath ?? '')?.[1];
}

/** The probe of an Unhealthy Event, from the kubelet's words: `Readiness probe failed: ...`, `Startup probe errored ...`. */
export function probeOf(message: string): ProbeKind | undefined {
  const kind = /^(Startup|Readiness|Liveness) probe/.exec(message)?.[1]?.toLowerCase();
  return kind === 'startup' || kind === 'readiness' || kind === 'liveness' ? kind : undefined;
}

/** Whether it was told to stop because the Pod ends, and not to be restarted. */
export function isStoppedForGood({ kill }: ContainerFacts): boolean {
  return kill?.message.startsWith('Stopping container') ?? false;
}
