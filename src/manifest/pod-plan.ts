import type { JobRules } from '../pod/job-rules.ts';
import type { Api, ObjectMeta } from '../pod/types.ts';
import { generatedName, scheduleNumber, templateHash } from './generated-name.ts';
import type { Kind } from './kinds.ts';

/** The Pod that a manifest object leads to, before defaults. */
export interface PodPlan {
  readonly pod: { readonly apiVersion: 'v1'; readonly kind: 'Pod'; readonly metadata: Partial<ObjectMeta>; readonly spec: PartialSpec };
  /** Where the Pod's labels, annotations and spec stand in the object, for example `spec.template`. */
  readonly templatePath: string;
  readonly job?: JobRules;
  /** Claims that come into being with the Pod. */
  readonly claims?: readonly Api<'PersistentVolumeClaim'>[];
}

export type PartialSpec = Partial<Api<'PodSpec'>>;

export interface PartialTemplate {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: PartialSpec;
}

/** Any kind with a template, as decoded: everything may be missing. */
export interface TemplateObject {
  readonly metadata?: Partial<ObjectMeta>;
  readonly template?: PartialTemplate;
  readonly spec?: TemplateSpec;
}

export interface TemplateSpec extends Partial<Omit<Api<'StatefulSetSpec'> & Api<'JobSpec'>, 'template' | 'updateStrategy'>> {
  readonly template?: PartialTemplate;
  readonly jobTemplate?: { readonly metadata?: Partial<ObjectMeta>; readonly spec?: TemplateSpec };
  readonly schedule?: string;
}

/**
 * What the controller of the kind would create for one replica: name, labels, owner and volumes as Kubernetes 1.36
 * gives them. The parts of names that are random there depend on the object's content here.
 */
export function planPod(kind: Kind, object: TemplateObject, newUid: () => string): PodPlan {
  const { spec = {} } = object;
  const owner: Owner = { kind: kind.name, apiVersion: kind.apiVersion, name: object.metadata?.name ?? '', uid: newUid() };
  const namespace = object.metadata?.namespace ?? '';
  const seed = `${kind.name}/${namespace}/${owner.name}`;
  const hash = (): string => templateHash(spec.template);
  switch (kind.name) {
    case 'PodTemplate':
      return { ...create(object.template, { name: owner.name, namespace }), templatePath: 'template' };
    case 'Deployment': {
      const replicaSet: Owner = { ...owner, kind: 'ReplicaSet', name: `${owner.name}-${hash()}`, uid: newUid() };
      return { ...generate(spec.template, replicaSet, namespace, seed, { 'pod-template-hash': hash() }), templatePath };
    }
    case 'DaemonSet':
      return {
        ...generate(spec.template, owner, namespace, seed, { 'controller-revision-hash': hash(), 'pod-template-generation': '1' }),
        templatePath,
      };
    case 'StatefulSet':
      return planStatefulPod(spec, owner, namespace);
    case 'Job':
      return { ...planJobPod(spec, owner, namespace), templatePath };
    case 'CronJob': {
      const job: Owner = { kind: 'Job', apiVersion: 'batch/v1', name: `${owner.name}-${scheduleNumber(seed)}`, uid: newUid() };
      return { ...planJobPod(spec.jobTemplate?.spec ?? {}, job, namespace), templatePath: 'spec.jobTemplate.spec.template' };
    }
    default:
      return { ...generate(spec.template, owner, namespace, seed, {}), templatePath };
  }
}

const templatePath = 'spec.template';

interface Owner {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly uid: string;
}

function generate(
  template: PartialTemplate | undefined,
  owner: Owner,
  namespace: string,
  seed: string,
  labels: Record<string, string>,
): Pick<PodPlan, 'pod'> {
  const generateName = `${owner.name}-`;
  return create(
    template,
    { name: generatedName(generateName, seed), generateName, namespace, ownerReferences: [controllerReference(owner)] },
    labels,
  );
}

function create(
  template: PartialTemplate | undefined,
  metadata: Partial<ObjectMeta>,
  added: Record<string, string> = {},
): Pick<PodPlan, 'pod'> {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  const allLabels = { ...labels, ...added };
  return {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...metadata,
        ...(Object.keys(allLabels).length > 0 && { labels: allLabels }),
        ...(annotations !== undefined && { annotations }),
        ...(finalizers !== undefined && { finalizers }),
      },
      spec: template?.spec ?? {},
    },
  };
}

function controllerReference({ apiVersion, kind, name, uid }: Owner): Api<'OwnerReference'> {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function planStatefulPod(spec: TemplateSpec, owner: Owner, namespace: string): PodPlan {
  const ordinal = String(spec.ordinals?.start ?? 0);
  const name = `${owner.name}-${ordinal}`;
  const claims = (spec.volumeClaimTemplates ?? []).map((claim) => {
    const claimName = `${claim.metadata?.name ?? ''}-${name}`;
    return {
      volume: { name: claim.metadata?.name ?? '', persistentVolumeClaim: { claimName } },
      claim: { ...claim, metadata: { ...claim.metadata, name: claimName, namespace, uid: claim.metadata?.uid ?? '' } },
    };
  });
  const { pod } = create(
    spec.template,
    { name, generateName: `${owner.name}-`, namespace, ownerReferences: [controllerReference(owner)] },
    {
      'controller-revision-hash': `${owner.name}-${templateHash(spec.template)}`,
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': ordinal,
    },
  );
  const claimed = new Set(claims.map(({ volume }) => volume.name));
  const volumes = [...(pod.spec.volumes ?? []).filter((volume) => !claimed.has(volume.name)), ...claims.map(({ volume }) => volume)];
  return {
    pod: {
      ...pod,
      spec: {
        ...pod.spec,
        hostname: name,
        ...(spec.serviceName !== undefined && { subdomain: spec.serviceName }),
        ...(volumes.length > 0 && { volumes }),
      },
    },
    templatePath,
    claims: claims.map(({ claim }) => claim),
  };
}

const completionIndex = 'batch.kubernetes.io/job-completion-index';

function planJobPod(spec: TemplateSpec, job: Owner, namespace: string): Pick<PodPlan, 'pod' | 'job'> {
  const isIndexed = spec.completionMode === 'Indexed';
  const base = isIndexed ? `${job.name}-0` : job.name;
  const { pod } = create(
    spec.template,
    {
      name: generatedName(`${base}-`, `Job/${namespace}/${job.name}`),
      generateName: `${base}-`,
      namespace,
      ownerReferences: [controllerReference(job)],
    },
    {
      'batch.kubernetes.io/controller-uid': job.uid,
      'batch.kubernetes.io/job-name': job.name,
      'controller-uid': job.uid,
      'job-name': job.name,
      ...(isIndexed && { [completionIndex]: '0' }),
    },
  );
  const { backoffLimit = 6, activeDeadlineSeconds, podFailurePolicy, suspend = false } = spec;
  return {
    pod: isIndexed ? withIndex(pod, base) : pod,
    job: {
      backoffLimit,
      ...(suspend && { suspend }),
      ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
      ...(podFailurePolicy !== undefined && { podFailurePolicy }),
    },
  };
}

/** The Pod of index 0 of an Indexed Job. */
function withIndex(pod: PodPlan['pod'], hostname: string): PodPlan['pod'] {
  const variable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.labels['${completionIndex}']` } } };
  const withVariable = <C extends { env?: Api<'EnvVar'>[] }>(container: C): C =>
    container.env?.some(({ name }) => name === variable.name) === true
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  const { metadata, spec } = pod;
  return {
    ...pod,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [completionIndex]: '0' } },
    spec: {
      ...spec,
      hostname: spec.hostname ?? hostname,
      ...(spec.containers && { containers: spec.containers.map(withVariable) }),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(withVariable) }),
    },
  };
}
