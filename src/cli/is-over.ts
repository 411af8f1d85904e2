import type { Pod } from '../pod/types.ts';

/** Whether a Pod has ended and none of its containers runs any more. */
export function isOver({ status }: Pod): boolean {
  if (status.phase !== 'Succeeded' && status.phase !== 'Failed') return false;
  const statuses = [status.initContainerStatuses, status.containerStatuses, status.ephemeralContainerStatuses];
  return statuses.every((list = []) => list.every(({ state }) => state?.running === undefined));
}
