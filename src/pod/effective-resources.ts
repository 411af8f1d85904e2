import { zeroQuantity } from './quantity.ts';
import { decidingPhases, mostOf, type Phase, podPhases } from './phases.ts';
import { type ResourceListName, type Resources, quantities, resourceTexts, sumResources } from './resource-list.ts';
import { isPodLevelResource } from './resource-names.ts';
import type { PodSpec } from './types.ts';

/** What a Pod needs as a whole: canonical quantities by resource name. */
export interface EffectiveResources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/**
 * The requests and limits that the scheduler counts for a defaulted Pod: for each resource the larger of what all
 * long-running containers need together and what any moment of the initialization needs; the Pod's own values replace
 * that, and `overhead` is added (to a limit only where there is one). Source: component-helpers/resource.
 */
export function effectiveResources({ spec }: { readonly spec: PodSpec }): EffectiveResources {
  return { requests: resourceTexts(accountFor(spec, 'requests').total), limits: resourceTexts(accountFor(spec, 'limits').total) };
}

/** How one of the two lists comes about, step by step. */
export interface ResourceAccount {
  /** In the order of the Pod's life, the running one last. */
  readonly phases: readonly Phase[];
  /** For each resource the phase that decides what the containers need. */
  readonly deciding: ReadonlyMap<string, Phase>;
  /** The Pod's own values, which replace what its containers need. */
  readonly podLevel: Resources;
  /** What is added in the end. */
  readonly overhead: Resources;
  readonly total: Resources;
}

/** The steps to `effectiveResources`. */
export function accountFor(spec: PodSpec, list: ResourceListName): ResourceAccount {
  const phases = podPhases(spec, list);
  const deciding = decidingPhases(phases);
  const podLevel = new Map([...quantities(spec.resources?.[list])].filter(([name]) => isPodLevelResource(name)));
  const needed = new Map([...mostOf(deciding), ...podLevel]);
  const isCounted = (name: string): boolean => list === 'requests' || (needed.get(name) ?? zeroQuantity).mantissa !== 0n;
  const overhead = new Map([...quantities(spec.overhead)].filter(([name]) => isCounted(name)));
  return { phases, deciding, podLevel, overhead, total: sumResources(needed, overhead) };
}
