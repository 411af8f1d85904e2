import { type Quantity, addQuantities, formatQuantity, parseQuantity, zeroQuantity } from './quantity.ts';
import { sortedEntries } from './records.ts';

/** Quantities by resource name; one that is missing counts as nothing, but stays missing. */
export type Resources = ReadonlyMap<string, Quantity>;

/** Of the two lists that a container or a Pod has, the one that is meant. */
export type ResourceListName = 'requests' | 'limits';

/** The quantities of a resource list, those that are none left out. */
export function quantities(list: Readonly<Record<string, string>> | undefined): Resources {
  const resources = new Map<string, Quantity>();
  for (const [name, text] of sortedEntries(list)) {
    const quantity = parseQuantity(text);
    if (quantity) resources.set(name, quantity);
  }
  return resources;
}

/** Both together, each resource by itself; the format is that of `a` where it has one. */
export function sumResources(a: Resources, b: Resources): Resources {
  const sum = new Map(a);
  for (const [name, quantity] of b) {
    const known = sum.get(name);
    sum.set(name, known ? addQuantities(known, quantity) : quantity);
  }
  return sum;
}

/** Canonical quantities by resource name, in the order of the names. */
export function resourceTexts(resources: Resources): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of [...resources.keys()].sort()) texts[name] = formatQuantity(resources.get(name) ?? zeroQuantity);
  return texts;
}
