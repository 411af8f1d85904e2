import { conform } from './conform.ts';
import { defaultResources } from './default-resources.ts';
import { defaultFieldRef, defaultPullPolicy, defaultVolume } from './default-volumes.ts';
import { qosClass } from './qos.ts';
import type { Api, Container, LifecycleHandler, Pod, PodSpec, Probe } from './types.ts';

/**
 * The Pod as the API server stores it: fields that were left out have their defaults, unknown ones and those of a
 * wrong type are gone. The namespace is "default" where none is given; `metadata.uid` stays empty and a status is made
 * only where there is none. Takes anything that was decoded, valid or not, and leaves it unchanged. Never throws.
 * Source: pkg/apis/core/v1/defaults.go.
 */
export function applyDefaults(decoded: unknown): Pod {
  const pod = conform('Pod', decoded);
  pod.apiVersion ||= 'v1';
  pod.kind ||= 'Pod';
  pod.metadata.namespace ||= 'default';
  // Resources and host ports first: they are computed from the values as written.
  defaultResources(pod.spec);
  if (pod.spec.hostNetwork) defaultHostPorts(pod.spec);
  defaultSpec(pod.spec, hasGracePeriod(decoded));
  pod.status.phase ||= 'Pending';
  pod.status.qosClass ??= qosClass(pod);
  return pod;
}

/** 0 is a grace period, and a conformed Pod no longer tells it from none. */
function hasGracePeriod(decoded: unknown): boolean {
  const { spec } = (decoded ?? {}) as { spec?: { terminationGracePeriodSeconds?: unknown } | null };
  return Number.isInteger(spec?.terminationGracePeriodSeconds);
}

function defaultHostPorts({ containers, initContainers = [] }: PodSpec): void {
  for (const port of [...containers, ...initContainers].flatMap(({ ports = [] }) => ports)) port.hostPort ||= port.containerPort;
}

function defaultSpec(spec: PodSpec, hasGrace: boolean): void {
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  if (!hasGrace) spec.terminationGracePeriodSeconds = 30;
  // Before it stores or warns of it, the API server takes a negative one for 1.
  if (spec.terminationGracePeriodSeconds < 0) spec.terminationGracePeriodSeconds = 1;
  spec.schedulerName ||= 'default-scheduler';
  spec.enableServiceLinks ??= true;
  const serviceAccount = spec.serviceAccountName || spec.serviceAccount;
  if (serviceAccount) Object.assign(spec, { serviceAccountName: serviceAccount, serviceAccount });
  spec.volumes?.forEach(defaultVolume);
  [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].forEach(defaultContainer);
}

function defaultContainer(container: Container | Api<'EphemeralContainer'>): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image);
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const { valueFrom } of container.env ?? []) defaultFieldRef(valueFrom?.fieldRef);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) defaultProbe(probe);
  defaultHandler(container.lifecycle?.postStart);
  defaultHandler(container.lifecycle?.preStop);
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHandler(probe);
}

function defaultHandler(handler: Probe | LifecycleHandler | undefined): void {
  const httpGet = handler?.httpGet;
  if (!httpGet) return;
  httpGet.path ||= '/';
  httpGet.scheme ||= 'HTTP';
}
