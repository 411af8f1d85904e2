import { applyDefaults } from '../../src/pod/defaults.ts';
import type { Pod } from '../../src/pod/types.ts';

/**
 * A defaulted Pod of containers that are written as `init NAME CPU/MEMORY`, `sidecar ...` or `main ...`: their requests, then, if
 * any, their limits in the same way; "-" is none.
 */
export function podNeeding(...containers: readonly string[]): Pod {
  const entries = containers.map((text) => {
    const [kind = '', name = '', requests = '-/-', limits = '-/-'] = text.split(' ');
    const resources = { requests: amounts(requests), limits: amounts(limits) };
    return { kind, container: { name, image: 'busybox:1.36', ...(kind === 'sidecar' && { restartPolicy: 'Always' }), resources } };
  });
  const of = (isMain: boolean): object[] => entries.filter(({ kind }) => (kind === 'main') === isMain).map(({ container }) => container);
  return applyDefaults({ metadata: { name: 'web' }, spec: { initContainers: of(false), containers: of(true) } });
}

function amounts(text: string): Record<string, string> {
  const [cpu = '-', memory = '-'] = text.split('/');
  return { ...(cpu !== '-' && { cpu }), ...(memory !== '-' && { memory }) };
}
