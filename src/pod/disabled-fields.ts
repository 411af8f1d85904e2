import { omit } from './records.ts';
import type { Api, Container, Pod, Volume } from './types.ts';

/**
 * The Pod without the fields whose feature gates are off in Kubernetes 1.36. The API server drops them from a new Pod
 * before it validates it, so that it has nothing to say about them; this program may honour them all the same.
 */
export function withoutDisabledFields(pod: Pod): Pod {
  const { containers, initContainers, ephemeralContainers, volumes } = pod.spec;
  return {
    ...pod,
    spec: {
      // GenericWorkload
      ...omit(pod.spec, 'schedulingGroup'),
      containers: containers.map(withoutStopSignal),
      ...(initContainers && { initContainers: initContainers.map(withoutStopSignal) }),
      ...(ephemeralContainers && { ephemeralContainers: ephemeralContainers.map(withoutStopSignal) }),
      ...(volumes && { volumes: volumes.map(withoutCertificates) }),
    },
  };
}

/** ContainerStopSignals; a `lifecycle` with nothing else goes too. */
function withoutStopSignal<AnyContainer extends Container | Api<'EphemeralContainer'>>(container: AnyContainer): AnyContainer {
  if (container.lifecycle?.stopSignal === undefined) return container;
  const hooks = omit(container.lifecycle, 'stopSignal');
  return { ...omit(container, 'lifecycle'), ...(Object.keys(hooks).length > 0 && { lifecycle: hooks }) } as AnyContainer;
}

/** ClusterTrustBundleProjection and PodCertificateRequest; the source itself stays, empty. */
function withoutCertificates(volume: Volume): Volume {
  if (!volume.projected) return volume;
  const sources = volume.projected.sources.map((source) => omit(source, 'clusterTrustBundle', 'podCertificate'));
  return { ...volume, projected: { ...volume.projected, sources } };
}
