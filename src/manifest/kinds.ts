import type { StructName } from '../pod/schema/index.ts';

/** What a kind is to this program: `pod` and `template` give one Pod each, Pods refer to `reference` objects by name. */
export type KindRole = 'pod' | 'template' | 'reference';

export interface Kind {
  readonly name: KindName;
  readonly apiVersion: string;
  readonly role: KindRole;
}

export type KindName = Extract<
  StructName,
  'Pod' | 'PodTemplate' | 'ConfigMap' | 'Secret' | 'Service' | 'PersistentVolumeClaim' | AppsKind | 'Job' | 'CronJob'
>;
type AppsKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet';

const kinds: ReadonlyMap<string, Kind> = new Map(
  (
    [
      ['Pod', 'v1', 'pod'],
      ['PodTemplate', 'v1', 'template'],
      ['ConfigMap', 'v1', 'reference'],
      ['Secret', 'v1', 'reference'],
      ['Service', 'v1', 'reference'],
      ['PersistentVolumeClaim', 'v1', 'reference'],
      ['Deployment', 'apps/v1', 'template'],
      ['StatefulSet', 'apps/v1', 'template'],
      ['DaemonSet', 'apps/v1', 'template'],
      ['ReplicaSet', 'apps/v1', 'template'],
      ['Job', 'batch/v1', 'template'],
      ['CronJob', 'batch/v1', 'template'],
    ] as const
  ).map(([name, apiVersion, role]) => [name, { name, apiVersion, role }]),
);

/** Groups whose kinds are known here; in others (`serving.knative.dev`) the same name means something else. */
const groups = new Set(['', 'apps', 'batch', 'extensions']);

/**
 * The known kind that an object's `apiVersion` and `kind` name; `wrongVersion` when the kind is known, but not in that
 * version; undefined for any other kind.
 */
export function findKind(apiVersion: string, kind: string): Kind | { readonly wrongVersion: Kind } | undefined {
  const known = kinds.get(kind);
  if (known === undefined || apiVersion === known.apiVersion) return known;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return groups.has(group) ? { wrongVersion: known } : undefined;
}
