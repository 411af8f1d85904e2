import type { Pod, PodSpec } from '../types.ts';
import { validateAffinity } from './affinity.ts';
import { validateContainers } from './containers.ts';
import type { SpecContext } from './context.ts';
import { validateDnsConfig, validateDnsPolicy, validateHostAliases, validateHostnameOverride } from './dns.ts';
import { validateFileKeyVolumes } from './env.ts';
import { validateEphemeralContainers } from './ephemeral-containers.ts';
import { type Errors, invalid, invalidBecause, notSupported, required } from './field-error.ts';
import { dnsLabel, dnsSubdomain, inRange } from './formats.ts';
import { validateInitContainers } from './init-containers.ts';
import { validateOperatingSystem } from './operating-system.ts';
import { validatePodResources } from './pod-resources.ts';
import { validatePodSecurityContext } from './pod-security-context.ts';
import { validateResourceClaims } from './resource-claims.ts';
import { validateOverhead } from './resources.ts';
import { validateReadinessGates, validateSchedulingGates } from './scheduling.ts';
import { validateLabels } from './selectors.ts';
import { validateTolerations } from './tolerations.ts';
import { validateTopologySpread } from './topology-spread.ts';
import { validateUserNamespace } from './user-namespace.ts';
import { validateVolumes } from './volumes.ts';
import { validateHostProcess } from './windows.ts';

/** `spec` of a Pod. */
export function* validatePodSpec(pod: Pod): Errors {
  const { metadata, spec } = pod;
  const volumes = yield* validateVolumes(spec.volumes ?? [], metadata, 'spec.volumes');
  const claims = spec.resourceClaims ?? [];
  const context: SpecContext = { spec, volumes, claimNames: new Set(claims.map(({ name }) => name).filter(Boolean)) };
  yield* validateResourceClaims(claims, metadata, 'spec.resourceClaims');
  yield* validateContainers(context, 'spec.containers');
  yield* validateInitContainers(context, 'spec.initContainers');
  yield* validateEphemeralContainers(context, 'spec.ephemeralContainers');
  yield* validatePodResources(spec, 'spec.resources');
  yield* validateHostPorts(spec);
  yield* validateRestartPolicy(spec.restartPolicy);
  yield* validateDnsPolicy(spec.dnsPolicy ?? '', 'spec.dnsPolicy');
  yield* validateLabels(spec.nodeSelector, 'spec.nodeSelector');
  yield* validatePodSecurityContext(spec, 'spec.securityContext');
  yield* validateAffinity(spec.affinity, metadata, 'spec.affinity');
  yield* validateDnsConfig(spec, 'spec.dnsConfig');
  yield* validateReadinessGates(spec.readinessGates ?? [], 'spec.readinessGates');
  yield* validateSchedulingGates(spec.schedulingGates ?? [], 'spec.schedulingGates');
  yield* validateTopologySpread(spec.topologySpreadConstraints ?? [], metadata, 'spec.topologySpreadConstraints');
  yield* validateHostProcess(spec, 'spec');
  yield* validateUserNamespace(spec);
  yield* validateHostnameOverride(spec, 'spec.hostnameOverride');
  yield* validateNames(spec);
  if (spec.overhead) yield* validateOverhead(spec.overhead, 'spec.overhead');
  yield* validateOperatingSystem(spec, 'spec');
  yield* validateFileKeyVolumes(spec);
}

/** On the host's network a port of a container is a port of the host. */
function* validateHostPorts({ hostNetwork, containers }: PodSpec): Errors {
  if (!hostNetwork) return;
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { hostPort = 0, containerPort }] of ports.entries()) {
      if (hostPort === containerPort) continue;
      yield invalid(`spec.containers[${i}].ports[${j}].hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true');
    }
  }
}

function* validateRestartPolicy(policy: string): Errors {
  const supported = ['Always', 'OnFailure', 'Never'];
  if (!supported.includes(policy)) yield notSupported('spec.restartPolicy', policy, supported);
}

function* validateNames(spec: PodSpec): Errors {
  const { serviceAccountName, nodeName, activeDeadlineSeconds, hostname, subdomain, priorityClassName, runtimeClassName } = spec;
  if (serviceAccountName) yield* invalidBecause('spec.serviceAccountName', serviceAccountName, dnsSubdomain(serviceAccountName));
  if (nodeName) yield* invalidBecause('spec.nodeName', nodeName, dnsSubdomain(nodeName));
  if (activeDeadlineSeconds !== undefined) {
    yield* invalidBecause('spec.activeDeadlineSeconds', activeDeadlineSeconds, inRange(activeDeadlineSeconds, 1, 2_147_483_647));
  }
  if (hostname) yield* invalidBecause('spec.hostname', hostname, dnsLabel(hostname));
  if (subdomain) yield* invalidBecause('spec.subdomain', subdomain, dnsLabel(subdomain));
  yield* validateTolerations(spec.tolerations ?? [], 'spec.tolerations');
  yield* validateHostAliases(spec.hostAliases ?? [], 'spec.hostAliases');
  if (priorityClassName) yield* invalidBecause('spec.priorityClassName', priorityClassName, dnsSubdomain(priorityClassName));
  if (runtimeClassName !== undefined) yield* invalidBecause('spec.runtimeClassName', runtimeClassName, dnsSubdomain(runtimeClassName));
  yield* validatePreemptionPolicy(spec.preemptionPolicy);
}

function* validatePreemptionPolicy(policy: string | undefined): Errors {
  const supported = ['PreemptLowerPriority', 'Never'];
  if (policy === undefined || supported.includes(policy)) return;
  yield policy === '' ? required('spec.preemptionPolicy') : notSupported('spec.preemptionPolicy', policy, supported);
}
