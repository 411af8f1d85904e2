import type { Admission, FieldProblem } from '../../engine/runtime-service.ts';
import type { Container, Pod, Volume } from '../../pod/types.ts';
import { unsupportedProjections } from '../../volumes/unsupported-projections.ts';
import { containerRules, podRules, type RuleContext } from './admission-rules.ts';
import type { PodContext } from './pod-host.ts';

/** Names what of a Pod this machine cannot honour, every field once. */
export function admitPod(pod: Pod, { machine, cgroups, standIns }: Pick<PodContext, 'machine' | 'cgroups' | 'standIns'>): Admission {
  const context: RuleContext = { ids: machine.ids, reason: machine.reason ?? '', cgroups, standIns };
  const refuse: FieldProblem[] = [];
  const warn: FieldProblem[] = unsupportedProjections(pod);
  for (const { field, refuses, message } of podRules) {
    const text = message(pod.spec, context);
    if (text !== undefined) (refuses ? refuse : warn).push({ field: `spec.${field}`, message: text });
  }
  for (const [path, container] of containersOf(pod)) {
    for (const { field, refuses, message } of containerRules) {
      const text = message(container, context);
      if (text !== undefined) (refuses ? refuse : warn).push({ field: `${path}.${field}`, message: text });
    }
  }
  (pod.spec.volumes ?? []).forEach((volume, index) => refuse.push(...volumeProblems(volume, `spec.volumes[${index}]`)));
  return { refuse, warn };
}

function containersOf({ spec }: Pod): [string, Container][] {
  const list = (name: 'initContainers' | 'containers'): [string, Container][] =>
    (spec[name] ?? []).map((container, index) => [`spec.${name}[${index}]`, container]);
  return [...list('initContainers'), ...list('containers')];
}

const knownVolumes = new Set([
  'name',
  'hostPath',
  'emptyDir',
  'configMap',
  'secret',
  'downwardAPI',
  'projected',
  'persistentVolumeClaim',
  'ephemeral',
]);

function volumeProblems(volume: Volume, path: string): FieldProblem[] {
  return Object.keys(volume)
    .filter((kind) => !knownVolumes.has(kind))
    .map((kind) => ({
      field: `${path}.${kind}`,
      message: 'The process runtime cannot mount volumes of this kind; use a persistentVolumeClaim, an emptyDir or a hostPath.',
    }));
}
