import { availableParallelism, totalmem } from 'node:os';

/** What a container without a limit may use, as quantities of the API: all of the machine (resourceFieldRef reads it). */
export function machineResources(): Record<string, string> {
  return { cpu: String(availableParallelism()), memory: String(totalmem()) };
}
