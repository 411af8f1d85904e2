import { matchesLabelSelector } from '../pod/labels.ts';
import { type Errors, forbidden, invalid, Json, notSupported, required } from '../pod/validation/field-error.ts';
import type { Kind } from './kinds.ts';
import type { TemplateObject, TemplateSpec } from './pod-plan.ts';

/**
 * What the API server has against an object with a Pod template, beyond its metadata and the Pod itself: what decides
 * whether a controller can work with it. Source: pkg/apis/apps/validation and pkg/apis/batch/validation.
 */
export function* validateTemplateRules(kind: Kind, { spec = {} }: TemplateObject): Errors {
  switch (kind.name) {
    case 'Deployment':
    case 'ReplicaSet':
      yield* controllerRules(spec, 'deployment', 'ReplicaSet');
      break;
    case 'DaemonSet':
    case 'StatefulSet':
      yield* controllerRules(spec, kind.name.toLowerCase(), kind.name);
      break;
    case 'Job':
      yield* jobRules(spec, 'spec');
      break;
    case 'CronJob':
      if (!spec.schedule) yield required('spec.schedule');
      yield* jobRules(spec.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec');
      break;
    default:
  }
}

/** Controllers whose Pods run for ever. `group` and `name` are what two of the messages call them. */
function* controllerRules(spec: TemplateSpec, group: string, name: string): Errors {
  const { selector, template } = spec;
  yield* notNegative(spec, 'spec', ['replicas', 'minReadySeconds']);
  if (selector === undefined) yield required('spec.selector');
  else {
    const size = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length;
    if (size === 0) yield invalid('spec.selector', new Json(selector), `empty selector is invalid for ${group}`);
    else if (!matchesLabelSelector(template?.metadata?.labels, selector)) {
      yield invalid('spec.template.metadata.labels', new Json(template?.metadata?.labels), '`selector` does not match template `labels`');
    }
  }
  const { restartPolicy = 'Always', activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy !== 'Always') yield notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']);
  if (activeDeadlineSeconds !== undefined) {
    yield forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${name} is not Supported`);
  }
}

const completionModes = ['NonIndexed', 'Indexed'];

function* jobRules(spec: TemplateSpec, field: string): Errors {
  yield* notNegative(spec, field, [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ]);
  const { completionMode = 'NonIndexed', completions, backoffLimitPerIndex, podFailurePolicy } = spec;
  if (!completionModes.includes(completionMode)) yield notSupported(`${field}.completionMode`, completionMode, completionModes);
  if (completionMode === 'Indexed' && completions === undefined) yield required(`${field}.completions`, 'when completion mode is Indexed');
  if (completionMode === 'NonIndexed' && backoffLimitPerIndex !== undefined) {
    yield invalid(`${field}.backoffLimitPerIndex`, backoffLimitPerIndex, 'requires indexed completion mode');
  }
  const { restartPolicy = 'Always' } = spec.template?.spec ?? {};
  const policyField = `${field}.template.spec.restartPolicy`;
  if (restartPolicy === 'Always' || restartPolicy === '') yield required(policyField, 'valid values: "OnFailure", "Never"');
  else if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never')
    yield notSupported(policyField, restartPolicy, ['OnFailure', 'Never']);
  else if (podFailurePolicy !== undefined && restartPolicy !== 'Never') {
    yield invalid(policyField, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}

function* notNegative(spec: TemplateSpec, field: string, names: readonly (keyof TemplateSpec)[]): Errors {
  for (const name of names) {
    const value = spec[name];
    if (typeof value === 'number' && value < 0) yield invalid(`${field}.${name}`, value, 'must be greater than or equal to 0');
  }
}
