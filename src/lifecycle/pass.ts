import type { Action } from './action.ts';
import type { ContainerTrack, PodState } from './state.ts';

/** One step under way: what it reads and what it collects. */
export interface Pass {
  readonly state: PodState;
  readonly now: number;
  readonly actions: Action[];
  readonly events: PodEvent[];
  /** When the next step is due even if nothing happens. */
  wakeAt: number | undefined;
}

/** An Event of the API, as the kubelet words it (kubelet-lifecycle 7.5). */
export interface PodEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** `spec.containers{NAME}`; absent: about the Pod. */
  readonly fieldPath?: string;
}

export function act(pass: Pass, action: Action): void {
  pass.actions.push(action);
}

export function wake(pass: Pass, at: number): void {
  if (pass.wakeAt === undefined || at < pass.wakeAt) pass.wakeAt = at;
}

export function normal(pass: Pass, reason: string, message: string, track?: ContainerTrack): void {
  record(pass, 'Normal', reason, message, track);
}

export function warning(pass: Pass, reason: string, message: string, track?: ContainerTrack): void {
  record(pass, 'Warning', reason, message, track);
}

/** As Events and messages name a Pod: `NAME_NAMESPACE(UID)`. */
export function podFullName(state: PodState): string {
  const { name, namespace, uid } = state.pod.metadata;
  return `${name}_${namespace}(${uid})`;
}

function record(pass: Pass, type: PodEvent['type'], reason: string, message: string, track: ContainerTrack | undefined): void {
  pass.events.push(track === undefined ? { type, reason, message } : { type, reason, message, fieldPath: track.fieldPath });
}
