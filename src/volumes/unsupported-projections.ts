import type { FieldProblem } from '../engine/runtime-service.ts';
import type { Pod } from '../pod/types.ts';

/** The sources of projected volumes that only a cluster can fill. The volume is mounted without their files. */
export function unsupportedProjections(pod: Pod): FieldProblem[] {
  return (pod.spec.volumes ?? []).flatMap(({ projected }, volume) =>
    (projected?.sources ?? []).flatMap((source, index) =>
      Object.entries(needs)
        .filter(([kind]) => source[kind as keyof typeof needs] !== undefined)
        .map(([kind, what]) => ({ field: `spec.volumes[${volume}].projected.sources[${index}].${kind}`, message: `${what} ${cure}` })),
    ),
  );
}

const needs = {
  serviceAccountToken: 'Only an API server issues tokens, so this file is left out;',
  clusterTrustBundle: 'Trust bundles exist only in a cluster, so this file is left out;',
  podCertificate: 'Only a cluster signs certificates of Pods, so these files are left out;',
};

const cure = 'put what the Pod needs into a Secret and project that.';
