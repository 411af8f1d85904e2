import type { Pod, PodCondition } from '../pod/types.ts';

/** A time in which the Pod was in one phase. Milliseconds since the epoch. */
export interface PhaseSpan {
  readonly phase: string;
  readonly from: number;
  /** Undefined: it goes on. */
  readonly to?: number;
}

/** A time in which one of the Pod's conditions had one status. */
export interface ConditionSpan {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly from: number;
  readonly to?: number;
}

/** The phases and conditions of one Pod over time. Times given to it never go back. */
export class PodHistory {
  readonly phases: PhaseSpan[] = [];
  readonly conditions: ConditionSpan[] = [];

  /** `isGone`: it was deleted, and what it shows is its last status. */
  observe({ status }: Pod, time: number, isGone = false): void {
    const { phase, conditions = [] } = status;
    const last = this.phases.at(-1);
    if (phase && phase !== last?.phase) {
      this.#closePhase(time);
      this.phases.push({ phase, from: time });
    }
    for (const condition of conditions) this.#condition(condition, time);
    if (isGone) this.#close(time);
  }

  #condition({ type, status, reason, message }: PodCondition, time: number): void {
    const index = this.conditions.findLastIndex((span) => span.type === type);
    const current = this.conditions[index];
    const details = { ...(reason && { reason }), ...(message && { message }) };
    if (current?.status === status) {
      // The reason of a status may change; the latest says most about why it lasted.
      if (current.to === undefined) this.conditions[index] = { type, status, ...details, from: current.from };
      return;
    }
    if (current && current.to === undefined) this.conditions[index] = { ...current, to: time };
    this.conditions.push({ type, status, ...details, from: time });
  }

  #closePhase(time: number): void {
    const last = this.phases.at(-1);
    if (last && last.to === undefined) this.phases[this.phases.length - 1] = { ...last, to: time };
  }

  #close(time: number): void {
    this.#closePhase(time);
    for (const [index, span] of this.conditions.entries()) if (span.to === undefined) this.conditions[index] = { ...span, to: time };
  }
}
