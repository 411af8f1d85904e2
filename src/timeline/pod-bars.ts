import type { PodTimeline } from '../trace/run-model.ts';
import { printable } from './printable.ts';
import type { ConditionTrack, PhaseBar } from './model.ts';

/** The phases of a Pod up to `end`; `at` puts a time on the axis. */
export function phaseBars({ phases }: PodTimeline, end: number, at: (time: number) => number): PhaseBar[] {
  return phases.map(({ phase, from, to = end }) => ({ phase: printable(phase), fromMs: at(from), toMs: at(Math.max(to, from)) }));
}

/** When each of its conditions was True, in the order in which a Pod passes them. */
export function conditionTracks({ conditions }: PodTimeline, end: number, at: (time: number) => number): ConditionTrack[] {
  const types = [...new Set([...usual, ...conditions.map(({ type }) => type)])].filter((type) =>
    conditions.some((span) => span.type === type),
  );
  return types.map((type) => ({
    type: printable(type),
    spans: conditions
      .filter((span) => span.type === type && span.status === 'True')
      .map(({ from, to = end }) => ({ fromMs: at(from), toMs: at(Math.max(to, from)) })),
  }));
}

const usual = ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready'];
