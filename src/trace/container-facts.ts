import type { ApiEvent, ContainerStatus } from '../pod/types.ts';
import type { ProbeKind } from './container-timeline.ts';

/** What Events said about the present instance of a container, or the attempt to start the next one, that no status shows. */
export interface ContainerFacts {
  readonly image?: 'pulling' | 'present';
  /** It was started, and its status has not shown it yet: its postStart hook runs, or the status is late. Milliseconds since the epoch. */
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
      return { ...withoutStart(facts), kill: { time, message } };
    case 'Failed':
    case 'BackOff':
      return withoutStart(facts);
    case 'Unhealthy': {
      const probe = probeOf(message);
      return probe === undefined ? facts : { ...facts, failures: { ...facts.failures, [probe]: facts.failures[probe] + 1 } };
    }
    case undefined:
    default:
      return facts;
  }
}

/** The facts after a status that differs from the one before: what it shows needs no telling, and an end leaves nothing to tell. */
export function withStatus(facts: ContainerFacts, status: ContainerStatus, before: ContainerStatus | undefined): ContainerFacts {
  const isNew = status.restartCount > (before?.restartCount ?? 0);
  if (status.state?.terminated && (isNew || !before?.state?.terminated)) return noFacts;
  // What was started last, and has not been shown to run, is the new instance.
  if (isNew && facts.startedAt === undefined) return noFacts;
  if (status.state?.running === undefined || facts.startedAt === undefined) return facts;
  return { ...withoutStart(facts), image: 'present' };
}

function withoutStart({ kill, failures }: ContainerFacts): ContainerFacts {
  return { failures, ...(kill && { kill }) };
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
