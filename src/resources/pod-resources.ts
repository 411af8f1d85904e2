import { type EffectiveResources, type ResourceAccount, accountFor } from '../pod/effective-resources.ts';
import { type Phase, isSidecar, phaseContainers } from '../pod/phases.ts';
import { type QosClass, qosClass } from '../pod/qos.ts';
import { type Quantity, isPositive, subtractQuantities, zeroQuantity } from '../pod/quantity.ts';
import { type Resources, resourceTexts } from '../pod/resource-list.ts';
import type { Container, Pod } from '../pod/types.ts';

/** What a Pod needs as a whole and in each phase of its life; all quantities are canonical. */
export interface PodResources extends EffectiveResources {
  readonly qosClass: QosClass;
  /** In the order of the Pod's life, the running one last. */
  readonly phases: readonly PhaseResources[];
}

/** One phase: what its containers need together, without the Pod's own values and its overhead. */
export interface PhaseResources extends EffectiveResources {
  readonly phase: PhaseKind;
  /** The container that is started; absent in the running phase. */
  readonly container?: string;
  /** All that run then. */
  readonly containers: readonly string[];
  /** What the Pod's requests hold, overhead aside, beyond those of the phase. */
  readonly unused: Readonly<Record<string, string>>;
  /** The resources of which this phase decides how much the containers need; the Pod's own values decide for themselves. */
  readonly decides: { readonly requests: readonly string[]; readonly limits: readonly string[] };
}

export type PhaseKind = 'init' | 'sidecar' | 'running';

/** The resources of a valid, defaulted Pod. Rules: `effectiveResources`, `qosClass`. */
export function podResources(pod: Pod): PodResources {
  const { spec } = pod;
  const requests = accountFor(spec, 'requests');
  const limits = accountFor(spec, 'limits');
  const phases = requests.phases.map((phase, index): PhaseResources => {
    const { step, resources } = phase;
    const limitPhase = limits.phases[index];
    return {
      phase: phaseKind(step),
      ...(step && { container: step.name }),
      containers: phaseContainers(spec, step).map(({ name }) => name),
      requests: resourceTexts(resources),
      limits: resourceTexts(limitPhase?.resources ?? new Map()),
      unused: resourceTexts(unusedIn(phase, requests)),
      decides: { requests: decidedBy(phase, requests), limits: decidedBy(limitPhase, limits) },
    };
  });
  return { requests: resourceTexts(requests.total), limits: resourceTexts(limits.total), qosClass: qosClass(pod), phases };
}

function unusedIn({ resources }: Phase, { total, overhead }: ResourceAccount): Resources {
  const unused = new Map<string, Quantity>();
  for (const [name, quantity] of total) {
    const left = [overhead, resources].reduce((rest, used) => subtractQuantities(rest, used.get(name) ?? zeroQuantity), quantity);
    if (isPositive(left)) unused.set(name, left);
  }
  return unused;
}

function decidedBy(phase: Phase | undefined, { deciding, podLevel }: ResourceAccount): string[] {
  const names = [...deciding].filter(([name, decider]) => decider === phase && !podLevel.has(name)).map(([name]) => name);
  return names.sort();
}

export function phaseKind(step: Container | undefined): PhaseKind {
  if (step === undefined) return 'running';
  return isSidecar(step) ? 'sidecar' : 'init';
}
