import type { Pod } from '../../pod/types.ts';
import { podKey } from '../../trace/run-model.ts';

/** A Pod's name for the screen: without its namespace when that is `default`. `key` is `namespace/name`. */
export function podName(key: string): string {
  return key.startsWith('default/') ? key.slice('default/'.length) : key;
}

/** `pod/container`. */
export function containerName(key: string, container: string): string {
  return `${podName(key)}/${container}`;
}

/** Width of the longest `pod/container` of the Pods, so that what stands behind them lines up; at most `limit`. */
export function nameWidth(pods: readonly Pod[], limit: number): number {
  const widths = pods.flatMap((pod) => containersOf(pod).map(({ name }) => containerName(podKey(pod), name).length));
  return Math.min(Math.max(...widths, 0), limit);
}

/** What runs and on which runtime: the first line of a run. */
export function titleOf(pods: readonly Pod[], runtime: { readonly name: string; readonly description: string }): string {
  const shown = pods.slice(0, 3).map((pod) => podName(podKey(pod)));
  const names = pods.length > shown.length ? `${shown.join(', ')} and ${pods.length - shown.length} more` : shown.join(', ');
  const containers = pods.reduce((sum, pod) => sum + containersOf(pod).length, 0);
  return `Running ${names} (${count(pods.length, 'Pod')}, ${count(containers, 'container')}) on ${runtime.name}: ${runtime.description}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function containersOf({ spec }: Pod): readonly { readonly name: string }[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}
