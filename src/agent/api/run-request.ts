import { conform } from '../../pod/conform.ts';
import { applyDefaults } from '../../pod/defaults.ts';
import type { JobRules } from '../../pod/job-rules.ts';
import type { Workload } from '../../manifest/workload.ts';
import { validatePod } from '../../pod/validation/validate-pod.ts';
import { badRequest, invalid } from '../api-error.ts';
import type { RunRequest, WireObjects, WorkloadOptions } from '../api-types.ts';

/**
 * Checks what somebody wants to run: the client has decoded it, but anybody may be the client.
 *
 * @throws ApiError that says what is wrong.
 */
export function parseRunRequest(body: unknown): RunRequest {
  const { workloads, objects, runtime, options } = fieldsOf(body, 'the body');
  if (!Array.isArray(workloads) || workloads.length === 0) throw badRequest('workloads: expected a list that is not empty');
  if (runtime !== undefined && typeof runtime !== 'string') throw badRequest('runtime: expected a name');
  return {
    workloads: workloads.map(parseWorkload),
    objects: parseObjects(objects ?? {}),
    ...(runtime !== undefined && { runtime }),
    options: parseOptions(options ?? {}),
  };
}

function parseWorkload(value: unknown, index: number): Workload {
  const at = `workloads[${index}]`;
  const { kind, name, source, job, pod: given } = fieldsOf(value, at);
  const pod = applyDefaults(given);
  const errors = validatePod(pod);
  if (errors.length > 0)
    throw invalid(
      'Pod',
      pod.metadata.name,
      errors.map(({ message }) => message),
    );
  if (typeof kind !== 'string' || typeof name !== 'string') throw badRequest(`${at}: expected kind and name of the manifest's object`);
  if (pod.metadata.uid === '') throw badRequest(`${at}.pod.metadata.uid: expected a UID`);
  const { file, documentIndex } = fieldsOf(source ?? {}, `${at}.source`);
  return {
    kind,
    name,
    namespace: pod.metadata.namespace,
    pod: { ...pod, status: { phase: 'Pending' } },
    source: { file: typeof file === 'string' ? file : '', documentIndex: typeof documentIndex === 'number' ? documentIndex : 0 },
    ...(job !== undefined && { job: parseJob(job, `${at}.job`) }),
  };
}

function parseJob(value: unknown, at: string): JobRules {
  const { backoffLimit, activeDeadlineSeconds, podFailurePolicy, suspend } = fieldsOf(value, at);
  if (typeof backoffLimit !== 'number') throw badRequest(`${at}.backoffLimit: expected a number`);
  return {
    backoffLimit,
    ...(typeof activeDeadlineSeconds === 'number' && { activeDeadlineSeconds }),
    ...(podFailurePolicy !== undefined && { podFailurePolicy: conform('PodFailurePolicy', podFailurePolicy) }),
    ...(suspend === true && { suspend }),
  };
}

function parseObjects(value: unknown): WireObjects {
  const { configMaps, secrets, services, persistentVolumeClaims } = fieldsOf(value, 'objects');
  const list = (items: unknown): unknown[] => (Array.isArray(items) ? (items as unknown[]) : []);
  return {
    configMaps: list(configMaps).map((item) => conform('ConfigMap', item)),
    secrets: list(secrets).map((item) => conform('Secret', item)),
    services: list(services).map((item) => conform('Service', item)),
    persistentVolumeClaims: list(persistentVolumeClaims).map((item) => conform('PersistentVolumeClaim', item)),
  };
}

function parseOptions(value: unknown): WorkloadOptions {
  const { initFailure, hosts, publish, standIns } = fieldsOf(value, 'options');
  if (initFailure !== undefined && initFailure !== 'restart' && initFailure !== 'restart-pod')
    throw badRequest('options.initFailure: expected restart or restart-pod');
  return {
    ...(initFailure !== undefined && { initFailure }),
    ...(hosts !== undefined && { hosts: parseHosts(hosts) }),
    ...(publish !== undefined && { publish: texts(publish, 'options.publish') }),
    ...(standIns !== undefined && { standIns: texts(standIns, 'options.standIns') }),
  };
}

function parseHosts(value: unknown): { readonly name: string; readonly address: string }[] {
  if (!Array.isArray(value)) throw badRequest('options.hosts: expected a list');
  return value.map((item, index) => {
    const { name, address } = fieldsOf(item, `options.hosts[${index}]`);
    if (typeof name === 'string' && typeof address === 'string') return { name, address };
    throw badRequest(`options.hosts[${index}]: expected name and address`);
  });
}

function texts(value: unknown, at: string): string[] {
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
  throw badRequest(`${at}: expected a list of texts`);
}

function fieldsOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw badRequest(`${at}: expected an object`);
}
