import { type QosPart, computeResources, qosClass, qosParts } from '../pod/qos.ts';
import { compareQuantities, formatQuantity, zeroQuantity } from '../pod/quantity.ts';
import { lookup } from '../pod/records.ts';
import type { Pod } from '../pod/types.ts';

/**
 * Why a valid, defaulted Pod has its QoS class, as the end of a sentence that names the class: for Burstable the first thing
 * that keeps it from being Guaranteed.
 */
export function qosReason(pod: Pod): string {
  const parts = qosParts(pod.spec);
  const isPodLevel = parts.some(({ container }) => container === undefined);
  switch (qosClass(pod)) {
    case 'BestEffort':
      return isPodLevel ? "the Pod's own resources have no cpu and no memory" : 'no container has a request or a limit of cpu or memory';
    case 'Guaranteed':
      return isPodLevel
        ? "the Pod's own cpu and memory requests equal its limits"
        : 'every container has cpu and memory limits, and requests equal to them';
    case 'Burstable':
      return parts.flatMap(obstacles)[0] ?? 'requests and limits differ';
  }
}

function obstacles({ container, resources: { requests, limits } }: QosPart): string[] {
  const who = container === undefined ? 'the Pod itself' : `container ${container}`;
  const [requested, limited] = [computeResources(requests), computeResources(limits)];
  const names = ['cpu', 'memory'];
  const missing = names.filter((name) => !limited.has(name));
  if (missing.length > 0) {
    const zero = missing.find((name) => lookup(limits, name) !== undefined);
    return [zero === undefined ? `${who} has no ${missing.join(' and no ')} limit` : `${who} has a ${zero} limit of 0`];
  }
  return names.flatMap((name) => {
    const [request = zeroQuantity, limit = zeroQuantity] = [requested.get(name), limited.get(name)];
    if (compareQuantities(request, limit) === 0) return [];
    return [`${who} requests ${formatQuantity(request)} ${name}, less than its limit of ${formatQuantity(limit)}`];
  });
}
