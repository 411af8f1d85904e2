import { formatQuantity } from '../pod/quantity.ts';
import type { Calculation, PhaseNeed } from './calculation.ts';

/**
 * How the Pod's value comes about, with the numbers: one line a step. Empty when it is simply what the running containers need
 * together. For example `max(100m, 100m + 600m, 500m + 100m) = 700m, decided by init migrate`.
 */
export function formula({ phases, deciding, podLevel, overhead, total }: Calculation): string[] {
  const steps: string[] = [];
  if (deciding && phases.length > 1) {
    const needed = formatQuantity(deciding.need);
    steps.push(`max(${phases.map(sumText).join(', ')}) = ${needed}, decided by ${decider(deciding)}`);
  }
  if (podLevel) steps.push(`replaced by the Pod's own ${formatQuantity(podLevel)} (spec.resources)`);
  const before = podLevel ?? deciding?.need;
  if (overhead) steps.push(`${before ? formatQuantity(before) : '0'} + ${formatQuantity(overhead)} overhead = ${formatQuantity(total)}`);
  return steps;
}

/** `init migrate`, `sidecar proxy` or `running`. */
export function phaseName({ phase, container }: PhaseNeed): string {
  return container === undefined ? phase : `${phase} ${container}`;
}

function decider(need: PhaseNeed): string {
  if (need.phase !== 'running') return phaseName(need);
  const [first, ...others] = need.shares;
  return first && others.length === 0 ? `${first.container} while running` : 'what runs together';
}

function sumText({ shares }: PhaseNeed): string {
  return shares.map(({ quantity }) => formatQuantity(quantity)).join(' + ') || '0';
}
