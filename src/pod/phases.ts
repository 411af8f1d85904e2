import { compareQuantities, zeroQuantity } from './quantity.ts';
import { type ResourceListName, type Resources, quantities, sumResources } from './resource-list.ts';
import type { Container, PodSpec } from './types.ts';

/** A stretch of a Pod's life, and what the containers that run in it need together. */
export interface Phase {
  /** The init container or sidecar that is started; undefined: initialization is over. */
  readonly step?: Container;
  readonly resources: Resources;
}

/**
 * The phases of a Pod's life in their order, the running one last: an init container runs beside the sidecars before it, a
 * sidecar stays for the rest. A container without a limit adds nothing to the limits.
 * Source: component-helpers/resource.
 */
export function podPhases(spec: PodSpec, list: ResourceListName): readonly Phase[] {
  const of = ({ resources }: Container): Resources => quantities(resources[list]);
  let running = spec.containers.map(of).reduce(sumResources, new Map());
  let sidecars: Resources = new Map();
  const steps: Phase[] = [];
  for (const step of spec.initContainers ?? []) {
    const own = of(step);
    if (isSidecar(step)) {
      running = sumResources(running, own);
      sidecars = sumResources(sidecars, own);
    }
    steps.push({ step, resources: isSidecar(step) ? sidecars : sumResources(own, sidecars) });
  }
  return [...steps, { resources: running }];
}

/** The containers that run in the phase of a step, in the order in which `podPhases` adds them up. */
export function phaseContainers(spec: PodSpec, step: Container | undefined): Container[] {
  const { initContainers = [] } = spec;
  if (step === undefined) return [...spec.containers, ...initContainers.filter(isSidecar)];
  const sidecars = initContainers.slice(0, initContainers.indexOf(step)).filter(isSidecar);
  return isSidecar(step) ? [...sidecars, step] : [step, ...sidecars];
}

/** The most that the containers need together in any phase, each resource by itself. */
export function aggregateResources(spec: PodSpec, list: ResourceListName): Resources {
  return mostOf(decidingPhases(podPhases(spec, list)));
}

/** For each resource the phase that needs most of it: the running one where no other needs more, else the earliest such. */
export function decidingPhases(phases: readonly Phase[]): ReadonlyMap<string, Phase> {
  const deciding = new Map<string, Phase>();
  for (const phase of [...phases.slice(-1), ...phases.slice(0, -1)]) {
    for (const [name, quantity] of phase.resources) {
      const most = deciding.get(name)?.resources.get(name);
      if (most === undefined || compareQuantities(quantity, most) > 0) deciding.set(name, phase);
    }
  }
  return deciding;
}

/** What each resource's deciding phase needs of it. */
export function mostOf(deciding: ReadonlyMap<string, Phase>): Resources {
  return new Map([...deciding].map(([name, { resources }]) => [name, resources.get(name) ?? zeroQuantity]));
}

export function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === 'Always';
}
