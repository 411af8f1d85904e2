import { type ResourceAccount, accountFor } from '../pod/effective-resources.ts';
import { phaseContainers } from '../pod/phases.ts';
import { type Quantity, isPositive, parseQuantity, quantityRatio, subtractQuantities, zeroQuantity } from '../pod/quantity.ts';
import { lookup } from '../pod/records.ts';
import { isOvercommitAllowed } from '../pod/resource-names.ts';
import type { ResourceListName } from '../pod/resource-list.ts';
import type { Container, Pod, PodSpec } from '../pod/types.ts';
import { type PhaseKind, phaseKind } from './pod-resources.ts';

/** How the Pod's request or limit of one resource comes about. */
export interface Calculation {
  readonly resource: string;
  readonly list: ResourceListName;
  /** In the order of the Pod's life, the running one last. */
  readonly phases: readonly PhaseNeed[];
  /** The phase that needs most; undefined where no container has a value. */
  readonly deciding?: PhaseNeed;
  /** The Pod's own value, which replaces what the containers need. */
  readonly podLevel?: Quantity;
  readonly overhead?: Quantity;
  readonly total: Quantity;
  /** What the containers of the running phase leave of the total, overhead aside; undefined when nothing. */
  readonly unusedWhileRunning?: Quantity;
  /** Of limits that may be left out: the containers of the running phase that have none. */
  readonly unlimited: readonly string[];
}

/** What one phase needs of the resource. */
export interface PhaseNeed {
  readonly phase: PhaseKind;
  /** The container that is started; undefined in the running phase. */
  readonly container?: string;
  readonly shares: readonly Share[];
  readonly need: Quantity;
  /** `need` of the Pod's total, from 0 to 1. */
  readonly part: number;
}

export interface Share {
  /** Its name; of more than 50 containers all together, how many they are. */
  readonly container: string;
  readonly quantity: Quantity;
}

/** One for each resource that the Pod requests, then one for each that is limited; CPU and memory first in both. */
export function calculations({ spec }: Pod): Calculation[] {
  return (['requests', 'limits'] as const).flatMap((list) => {
    const account = accountFor(spec, list);
    const rank = (name: string): number => ['memory', 'cpu'].indexOf(name);
    const names = [...account.total.keys()].sort((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1));
    return names.map((resource) => calculation(spec, list, resource, account));
  });
}

function calculation(spec: PodSpec, list: ResourceListName, resource: string, account: ResourceAccount): Calculation {
  const total = account.total.get(resource) ?? zeroQuantity;
  const phases = account.phases.map(({ step, resources }): PhaseNeed => {
    const need = resources.get(resource) ?? zeroQuantity;
    return {
      phase: phaseKind(step),
      ...(step && { container: step.name }),
      shares: sharesOf(phaseContainers(spec, step), need, list, resource),
      need,
      part: isPositive(total) ? quantityRatio(need, total) : 0,
    };
  });
  const decider = account.deciding.get(resource);
  const deciding = decider && phases[account.phases.indexOf(decider)];
  const podLevel = account.podLevel.get(resource);
  const overhead = account.overhead.get(resource);
  const used = [overhead, phases.at(-1)?.need].map((quantity) => quantity ?? zeroQuantity);
  const unused = used.reduce(subtractQuantities, total);
  return {
    resource,
    list,
    phases,
    ...(deciding && { deciding }),
    ...(podLevel && { podLevel }),
    ...(overhead && { overhead }),
    total,
    ...(isPositive(unused) && { unusedWhileRunning: unused }),
    unlimited: list === 'limits' && !podLevel && isOvercommitAllowed(resource) ? unlimited(spec, resource) : [],
  };
}

/** More than these would fill screens, and those of all phases together the memory. */
const mostShares = 50;

function sharesOf(containers: readonly Container[], need: Quantity, list: ResourceListName, resource: string): Share[] {
  if (containers.length > mostShares) return [{ container: `${containers.length} containers`, quantity: need }];
  return containers.flatMap((container) => shareOf(container, list, resource));
}

function shareOf({ name, resources }: Container, list: ResourceListName, resource: string): Share[] {
  const quantity = parseQuantity(lookup(resources[list], resource) ?? '');
  return quantity ? [{ container: name, quantity }] : [];
}

function unlimited(spec: PodSpec, resource: string): string[] {
  const running = phaseContainers(spec, undefined);
  return running.filter(({ resources }) => lookup(resources.limits, resource) === undefined).map(({ name }) => name);
}
