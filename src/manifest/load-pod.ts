import { applyDefaults } from '../pod/defaults.ts';
import { qosClass } from '../pod/qos.ts';
import type { Pod } from '../pod/types.ts';
import { validateMetadata } from '../pod/validation/metadata.ts';
import { type FieldError, validatePod } from '../pod/validation/validate-pod.ts';
import { podWarnings } from '../pod/warnings.ts';
import { decode } from './decode.ts';
import type { ManifestObject } from './flatten.ts';
import type { Kind } from './kinds.ts';
import { locateErrors, strictErrors } from './manifest-error.ts';
import type { ManifestItem, ManifestWarning } from './manifest-item.ts';
import { completeMetadata } from './metadata.ts';
import { planPod, type PodPlan, type TemplateObject } from './pod-plan.ts';
import { objectKey, type ReferenceObjects } from './references.ts';
import { validateTemplateRules } from './template-rules.ts';
import type { WorkloadSource } from './workload.ts';

/** A Pod, or the Pod of an object with a template. */
export function loadPod(
  kind: Kind,
  name: string,
  object: ManifestObject,
  source: WorkloadSource,
  newUid: () => string,
  references: ReferenceObjects,
): ManifestItem {
  const item = { file: source.file, kind: kind.name, name };
  const decoded = decode(kind.name, object.value, object.duplicates);
  if (decoded.error) return { ...item, errors: locateErrors(object, [{ type: 'DecodeError', ...decoded.error }]), warnings: [] };
  const strict = strictErrors(decoded.strict);
  const { pod, errors, toField, plan } = kind.role === 'pod' ? planned(decoded.value) : plannedByTemplate(kind, decoded.value, newUid);
  const warnings = podWarnings(pod).map((message) => locateWarning(object, message, toField));
  const allErrors = locateErrors(object, [...strict, ...errors]);
  if (allErrors.length > 0) return { ...item, errors: allErrors, warnings };
  for (const claim of plan?.claims ?? [])
    references.persistentVolumeClaims.set(objectKey(pod.metadata.namespace, claim.metadata?.name ?? ''), claim);
  const workload = {
    kind: kind.name,
    name,
    namespace: pod.metadata.namespace,
    pod: asCreated(pod, newUid()),
    source,
    ...(plan?.job && { job: plan.job }),
  };
  return { ...item, errors: [], warnings, workload };
}

interface Planned {
  readonly pod: Pod;
  readonly errors: readonly FieldError[];
  /** Where in the object a field of the Pod stands; undefined for what the object does not say. */
  readonly toField: (podField: string) => string | undefined;
  readonly plan?: PodPlan;
}

function planned(value: unknown): Planned {
  const pod = applyDefaults(value);
  return { pod, errors: validatePod(pod), toField: (field) => field };
}

function plannedByTemplate(kind: Kind, value: unknown, newUid: () => string): Planned {
  const object = value as TemplateObject;
  const metadata = completeMetadata(object.metadata);
  const metadataErrors = [...validateMetadata(metadata, 'metadata')];
  // A wrong name is named once, not again in the names and labels that are made of it.
  const isNamed = metadataErrors.every(({ field }) => field !== 'metadata.name');
  const plan = planPod(kind, { ...object, metadata: isNamed ? metadata : { ...metadata, name: 'unnamed' } }, newUid);
  const pod = applyDefaults(plan.pod);
  const toField = (field: string): string | undefined =>
    /^(?:spec|metadata\.(?:labels|annotations))(?![^.[])/.test(field) ? `${plan.templatePath}.${field}` : undefined;
  const podErrors = validatePod(pod).flatMap((error) => {
    const field = toField(error.field);
    return field === undefined ? [] : { ...error, field, message: field + error.message.slice(error.field.length) };
  });
  return { pod, errors: [...metadataErrors, ...validateTemplateRules(kind, object), ...podErrors], toField, plan };
}

function locateWarning(object: ManifestObject, message: string, toField: Planned['toField']): ManifestWarning {
  const [podField = ''] = /^[^:\s]+(?=: )/.exec(message) ?? [];
  const field = toField(podField) ?? podField;
  return { message: field + message.slice(podField.length), ...object.locate(field) };
}

/** What a manifest says of the fields that the API server sets is not heeded. */
function asCreated(pod: Pod, uid: string): Pod {
  const { name, generateName, namespace, labels, annotations, ownerReferences, finalizers } = pod.metadata;
  return {
    ...pod,
    metadata: {
      name,
      namespace,
      uid,
      ...(generateName && { generateName }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(ownerReferences && { ownerReferences }),
      ...(finalizers && { finalizers }),
    },
    status: { phase: 'Pending', qosClass: qosClass(pod) },
  };
}
