import type { PodRuntime, RuntimeListener } from '../engine/runtime-service.ts';
import { namespaceReferences } from '../manifest/references.ts';
import type { ReferenceEnvironment } from '../manifest/references.ts';
import { measuredRuntime } from './metrics/measured-runtime.ts';
import type { Meter } from './metrics/measurement.ts';
import type { RuntimeNetworks } from './runtime-networks.ts';
import type { RuntimePool } from './runtime-pool.ts';
import type { SharedObjects } from './shared-objects.ts';
import type { SupervisedPod } from './supervised-pod.ts';

export interface PodRuntimesOptions {
  readonly runtimes: RuntimePool;
  readonly networks: RuntimeNetworks;
  readonly objects: SharedObjects;
  readonly environment: Pick<ReferenceEnvironment, 'nodeName' | 'allocatable'>;
  readonly pods: () => readonly SupervisedPod[];
  readonly measure: Meter;
}

/** Makes each Pod's part of the runtime that its record names, with what the Pod sees of others. Rejects while there is none to be had. */
export async function makePodRuntime(pod: SupervisedPod, listener: RuntimeListener, options: PodRuntimesOptions): Promise<PodRuntime> {
  const { runtimes, networks, objects, environment, pods, measure } = options;
  const { record } = pod;
  const { runtime } = await runtimes.get(record.runtime, record.options.standIns);
  pod.service = runtime;
  // Its environment tells the addresses of Services.
  const network = await networks.ready(runtime);
  const references = namespaceReferences(
    objects.seenBy(() => pod.record.objects),
    record.pod.metadata.namespace,
    {
      ...environment,
      // Those of another runtime are on another network.
      pods: () => pods().flatMap((other) => (other.service === runtime && !other.record.ended ? other.pod : [])),
      podIP: (other) => network.podIP(other),
      serviceIPs: (service) => network.serviceIPs(service),
      extraHosts: (record.options.hosts ?? []).map(({ name, address }) => ({ ip: address, hostnames: [name] })),
    },
  );
  return measuredRuntime(runtime, measure).pod(record.pod, references, listener, record.published);
}
