import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { ImagePull } from '../../engine/runtime-service.ts';
import type { Container, Pod } from '../../pod/types.ts';
import type { Labels } from './container-engine.ts';

/** What everything that a runtime makes at an engine is found again by; where the kubelet has a label, it is the kubelet's. */
export const labelNames = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUID: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
  restartCount: 'io.kubernetes.container.restartCount',
  /** Whose it is: several state folders may share an engine. */
  instance: 'outrider.instance',
  /** The image as the spec had it. */
  specImage: 'outrider.image.spec',
  /** The image as the status shows it. */
  image: 'outrider.image',
  imageID: 'outrider.image.id',
  /** Of all that a container was made from. */
  config: 'outrider.config',
} as const;

/** Tells the state folders of one engine apart: the same for the same folder, however it is reached. */
export function instanceID(stateDirectory: string): string {
  return createHash('sha256').update(realpathSync(stateDirectory)).digest('hex').slice(0, 12);
}

/** The labels of a sandbox: the Pod's own, and who it is. */
export function sandboxLabels({ metadata }: Pod, instance: string): Labels {
  const { name, namespace, uid, labels } = metadata;
  return {
    ...labels,
    [labelNames.podName]: name,
    [labelNames.podNamespace]: namespace,
    [labelNames.podUID]: uid,
    [labelNames.instance]: instance,
  };
}

export function containerLabels(
  { metadata }: Pod,
  instance: string,
  { name, image }: Pick<Container, 'name' | 'image'>,
  restartCount: number,
  pulled: Pick<ImagePull, 'image' | 'imageID'>,
): Labels {
  return {
    [labelNames.podName]: metadata.name,
    [labelNames.podNamespace]: metadata.namespace,
    [labelNames.podUID]: metadata.uid,
    [labelNames.instance]: instance,
    [labelNames.containerName]: name,
    [labelNames.restartCount]: String(restartCount),
    [labelNames.specImage]: image,
    [labelNames.image]: pulled.image,
    [labelNames.imageID]: pulled.imageID,
  };
}

/** Selects all that belongs to one Pod, or, without one, to the state folder. */
export function selector(instance: string, uid?: string): Labels {
  return { [labelNames.instance]: instance, ...(uid !== undefined && { [labelNames.podUID]: uid }) };
}
