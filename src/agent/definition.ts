import { createHash } from 'node:crypto';
import type { Workload } from '../manifest/workload.ts';
import type { Container, Pod } from '../pod/types.ts';
import type { Definition } from './pod-record.ts';

/**
 * What a Pod was made from, as two hashes: the same manifest gives the same ones again, whatever names and UIDs are made up for what a
 * controller would create of it.
 */
export function definitionOf({ kind, name, pod, job }: Pick<Workload, 'kind' | 'name' | 'pod' | 'job'>): Definition {
  const { labels, annotations, namespace } = pod.metadata;
  const kept = Object.entries(labels ?? {}).filter(([label]) => !madeUpLabels.has(label));
  const facts = { kind, name, namespace, labels: Object.fromEntries(kept), annotations, job };
  return { all: hashOf({ ...facts, spec: pod.spec }), fixed: hashOf({ ...facts, spec: withoutChangeable(pod) }) };
}

/** What leads from one definition to another: `update` can be taken over by the running Pod. */
export function changeBetween(from: Definition, to: Definition): 'none' | 'update' | 'replace' {
  if (from.all === to.all) return 'none';
  return from.fixed === to.fixed ? 'update' : 'replace';
}

/** Of controllers, which depend on the template's content or on UIDs. */
const madeUpLabels = new Set(['pod-template-hash', 'controller-revision-hash', 'controller-uid', 'batch.kubernetes.io/controller-uid']);

/** The spec without what may change while a Pod runs (kubelet-lifecycle 10). */
function withoutChangeable({ spec }: Pod): unknown {
  // The default of the pull policy follows from the image's tag.
  const bare = (container: Container): unknown => ({ ...container, image: undefined, imagePullPolicy: undefined });
  return {
    ...spec,
    activeDeadlineSeconds: undefined,
    containers: spec.containers.map(bare),
    initContainers: spec.initContainers?.map(bare),
  };
}

/** Whatever the order of fields. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortFields)).digest('hex').slice(0, 32);
}

function sortFields(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
