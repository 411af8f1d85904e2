import type { PodComparison } from '../compare-workload.ts';
import { comparison } from '../comparison.ts';
import type { Document } from './document.ts';
import { section } from './document.ts';
import { list } from './words.ts';

/** The general comparison as a text to read. */
export function comparisonDocument(): Document {
  const { dimensions, traditional, corrections, useInit, useSidecar, useTraditional } = comparison;
  return {
    title: 'Init containers and sidecar containers (Kubernetes 1.36)',
    intro: [],
    sections: [
      ...section('Side by side', {
        kind: 'table',
        head: ['', 'Init container', 'Sidecar container (native)'],
        rows: dimensions.map(({ dimension, init, sidecar }) => [dimension, init, sidecar]),
      }),
      ...section('What is different for a traditional sidecar, in spec.containers', { kind: 'bullets', items: traditional }),
      ...section('Use an init container for', { kind: 'bullets', items: useInit }),
      ...section('Use a native sidecar for', { kind: 'bullets', items: useSidecar }),
      ...section('Use a traditional sidecar for', { kind: 'bullets', items: useTraditional }),
      ...section('Often written, but not quite so', {
        kind: 'claims',
        items: corrections.map(({ said, fact }) => ({ claim: said, answer: fact })),
      }),
    ],
  };
}

const columns = [
  ['init', 'Init container'],
  ['sidecar', 'Native sidecar'],
  ['traditional', 'Likely traditional sidecar'],
] as const;

/** The comparison of one Pod's containers: a column for each kind that it has. */
export function podComparisonDocument(compared: PodComparison): Document {
  const { kind, name, file, dimensions } = compared;
  const present = columns.filter(([column]) => compared[column].length > 0);
  const absent = columns.filter(([column]) => compared[column].length === 0).map(([, title]) => title.toLowerCase());
  const missing = absent.length === 0 ? [] : [`It has no ${list(absent, 'and no')}.`];
  if (present.length === 0) missing.push('All its containers are main containers that look as if they stood for themselves.');
  return {
    title: `${kind} ${name} (${file})`,
    intro: missing,
    sections:
      present.length === 0
        ? []
        : section('Side by side', {
            kind: 'table',
            head: ['', ...present.map(([, title]) => title)],
            rows: dimensions.map((row) => [row.dimension, ...present.map(([column]) => row[column] ?? '')]),
          }),
  };
}
