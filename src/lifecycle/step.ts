import type { PodStatus } from '../pod/types.ts';
import type { Action } from './action.ts';
import { decide } from './decide.ts';
import type { Observation } from './observation.ts';
import { observe } from './observe.ts';
import type { Pass, PodEvent } from './pass.ts';
import type { PodState } from './state.ts';
import { podStatus } from './status/pod-status.ts';
import { resume } from './take-over.ts';

export interface StepResult {
  /** To be performed now, in this order; none waits for another. */
  readonly actions: readonly Action[];
  readonly events: readonly PodEvent[];
  /** When to step again even if nothing is observed: milliseconds since the epoch; `now` or earlier means at once. */
  readonly wakeAt: number | undefined;
  /** Everything has ended: no further step does anything. */
  readonly finished: boolean;
}

/**
 * The lifecycle of one Pod, one step on: takes in what was observed and says what to do next. It has no clock, no I/O and no
 * randomness of its own: the same state, time and observations always give the same result. `state` is changed in place and
 * is plain data. Steps must come with times that do not go back.
 */
export function step(state: PodState, now: number, observations: readonly Observation[]): StepResult {
  state.pass += 1;
  const pass: Pass = { state, now, actions: [], events: [], wakeAt: undefined };
  resume(pass);
  for (const observation of [...state.deferred.splice(0), ...observations]) observe(pass, observation);
  if (!state.finished) decide(pass);
  const { actions, events, wakeAt } = pass;
  return { actions, events, wakeAt, finished: state.finished };
}

/**
 * The Pod's status, if something that it shows may have changed since it was asked for last. Whoever shows statuses asks after
 * every step: what was shown before decides about transition times and about phases that may not change back.
 */
export function takeStatus(state: PodState, now: number): PodStatus | undefined {
  if (!state.dirty) return undefined;
  state.dirty = false;
  state.status = podStatus(state, now);
  return state.status;
}
