import type { Container, Pod } from '../../pod/types.ts';

/**
 * What is started first after the init container or sidecar `name`, if it may be created before its turn. A part of a volume is looked
 * up, and made, when a container is created: that must not come before the containers that fill the volume.
 */
export function nextContainer({ spec }: Pod, name: string): Container | undefined {
  const { initContainers = [], containers } = spec;
  const index = initContainers.findIndex((container) => container.name === name);
  const next = index < 0 ? undefined : (initContainers[index + 1] ?? containers[0]);
  const { volumeMounts = [], env = [] } = next ?? {};
  const usesParts = volumeMounts.some(({ subPath = '', subPathExpr = '' }) => subPath + subPathExpr !== '');
  const readsFiles = env.some(({ valueFrom }) => valueFrom?.fileKeyRef !== undefined);
  return usesParts || readsFiles || next?.imagePullPolicy === 'Always' ? undefined : next;
}
