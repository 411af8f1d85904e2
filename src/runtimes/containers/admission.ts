import type { Admission, FieldProblem } from '../../engine/runtime-service.ts';
import type { Pod, Volume } from '../../pod/types.ts';
import { admit } from '../shared/admission-rule.ts';
import { containerRules, podRules, type RuleContext } from './admission-rules.ts';
import type { ContainerEngine } from './container-engine.ts';

/** Names what of a Pod the engine cannot honour, every field once. */
export function admitPod(
  pod: Pod,
  { name, features }: Pick<ContainerEngine, 'name' | 'features'>,
  isRoot: boolean = process.getuid?.() === 0,
): Admission {
  const context: RuleContext = { engine: name, features, isRoot, podUser: pod.spec.securityContext.runAsUser };
  return admit(pod, { pod: podRules, container: containerRules }, context, volumeProblems(pod, context));
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
  'image',
]);

function volumeProblems({ spec }: Pod, { engine, features }: RuleContext): FieldProblem[] {
  const isPart = (name: string): boolean =>
    [...(spec.initContainers ?? []), ...spec.containers].some(({ volumeMounts = [] }) =>
      volumeMounts.some((mount) => mount.name === name && (mount.subPath ?? mount.subPathExpr ?? '') !== ''),
    );
  return (spec.volumes ?? []).flatMap((volume, index) => {
    const problem = volumeProblem(volume, isPart(volume.name), features.canMount);
    const path = `spec.volumes[${index}]`;
    if (problem !== undefined) return [{ field: `${path}.${problem[0]}`, message: problem[1] }];
    return volume.image !== undefined && !features.imageVolumes
      ? [{ field: `${path}.image`, message: `This ${engine} cannot mount images; copy what is needed in an init container of that image.` }]
      : [];
  });
}

function volumeProblem(volume: Volume, isPart: boolean, canMount: boolean): [kind: string, message: string] | undefined {
  const unknown = Object.keys(volume).find((kind) => !knownVolumes.has(kind));
  if (unknown !== undefined)
    return [unknown, 'Volumes of this kind cannot be mounted here; use a persistentVolumeClaim, an emptyDir or a hostPath.'];
  return volume.emptyDir?.medium === 'Memory' && isPart && !canMount
    ? ['emptyDir.medium', 'Without root a volume in memory is mounted as a whole; mount it without subPath, or leave the medium out.']
    : undefined;
}
