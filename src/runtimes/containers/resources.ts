import { effectiveResources } from '../../pod/effective-resources.ts';
import { qosClass } from '../../pod/qos.ts';
import { parseQuantity, scaledValue } from '../../pod/quantity.ts';
import type { Container, Pod, ResourceRequirements } from '../../pod/types.ts';
import type { LinuxResources } from './engine-config.ts';

/** What the values of a container depend on beside its own requests and limits. */
export interface ResourceFacts {
  /** Of the machine. */
  readonly memoryBytes: number;
  /** The least oom_score_adj that the machine lets the engine set. */
  readonly minOOMScoreAdj: number;
}

/** The cgroup values of a container. Source: pkg/kubelet/kuberuntime, pkg/kubelet/cm, pkg/kubelet/qos. */
export function containerResources(pod: Pod, container: Container, facts: ResourceFacts): LinuxResources {
  return {
    ...cgroupValues(container.resources),
    oomScoreAdj: Math.max(oomScoreAdj(pod, container, facts.memoryBytes), facts.minOOMScoreAdj),
  };
}

/** The cgroup values of all containers of a Pod together. */
export function podResources(pod: Pod): LinuxResources {
  return cgroupValues(effectiveResources(pod));
}

const periodUs = 100_000;
const minQuotaUs = 1000;

function cgroupValues({ requests = {}, limits = {} }: Pick<ResourceRequirements, 'requests' | 'limits'>): LinuxResources {
  const limit = amount(limits['cpu'], -3);
  const memory = amount(limits['memory'], 0);
  return {
    cpuShares: shares(amount(requests['cpu'] ?? limits['cpu'], -3)),
    ...(limit > 0 && { cpuPeriod: periodUs, cpuQuota: Math.max(minQuotaUs, Math.floor((limit * periodUs) / 1000)) }),
    ...(memory > 0 && { memoryLimitBytes: memory }),
  };
}

function shares(milliCPU: number): number {
  return Math.min(262_144, Math.max(2, Math.floor((milliCPU * 1024) / 1000)));
}

function amount(quantity: string | undefined, exponent: number): number {
  const parsed = quantity === undefined ? undefined : parseQuantity(quantity);
  return parsed === undefined ? 0 : Number(scaledValue(parsed, exponent));
}

/** The more of its memory a container has asked for, the later the kernel ends it; a sidecar not before the containers it serves. */
function oomScoreAdj(pod: Pod, container: Container, memoryBytes: number): number {
  const { priorityClassName } = pod.spec;
  if (priorityClassName === 'system-node-critical' || priorityClassName === 'system-cluster-critical') return guaranteed;
  const qos = qosClass(pod);
  if (qos === 'Guaranteed') return guaranteed;
  if (qos === 'BestEffort') return bestEffort;
  const own = burstable(container, memoryBytes);
  return container.restartPolicy === 'Always' && pod.spec.initContainers?.includes(container)
    ? Math.min(own, ...pod.spec.containers.map((regular) => burstable(regular, memoryBytes)))
    : own;
}

const guaranteed = -997;
const bestEffort = 1000;

function burstable({ resources: { requests = {} } }: Container, memoryBytes: number): number {
  const score = 1000 - Math.floor((1000 * amount(requests['memory'], 0)) / memoryBytes);
  return Math.min(bestEffort - 1, Math.max(bestEffort + guaranteed, score));
}
