import type { Admission, FieldProblem } from '../../engine/runtime-service.ts';
import type { Pod, Volume } from '../../pod/types.ts';
import { admit } from '../shared/admission-rule.ts';
import { containerRules, podRules, type RuleContext } from './admission-rules.ts';
import type { PodContext } from './pod-host.ts';

/** Names what of a Pod this machine cannot honour, every field once. */
export function admitPod(pod: Pod, { machine, cgroups, standIns }: Pick<PodContext, 'machine' | 'cgroups' | 'standIns'>): Admission {
  const context: RuleContext = { ids: machine.ids, reason: machine.reason ?? '', cgroups, standIns };
  const volumes = (pod.spec.volumes ?? []).flatMap((volume, index) => volumeProblems(volume, `spec.volumes[${index}]`));
  return admit(pod, { pod: podRules, container: containerRules }, context, volumes);
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
