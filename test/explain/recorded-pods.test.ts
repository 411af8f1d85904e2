import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documentLines } from '../../src/cli/views/document-view.ts';
import { ascii } from '../../src/cli/views/style.ts';
import { compareWorkload } from '../../src/explain/compare-workload.ts';
import { explainWorkload } from '../../src/explain/explain-workload.ts';
import { podComparisonDocument } from '../../src/explain/text/comparison-document.ts';
import { explanationDocument } from '../../src/explain/text/explanation-document.ts';
import { loadManifests } from '../../src/manifest/load.ts';
import type { Workload } from '../../src/manifest/workload.ts';
import picocolors from 'picocolors';
import { conformanceLines } from '../pod/conformance-data.ts';

const colors = picocolors.createColors(false);

function workloads(text: string): readonly Workload[] {
  return loadManifests([{ file: 'recorded.yaml', text }], () => 'uid').workloads;
}

function linesOf(workload: Workload, width: number): string[] {
  const documents = [explanationDocument(explainWorkload(workload)), podComparisonDocument(compareWorkload(workload))];
  return documents.flatMap((document) => documentLines(document, { width, colors }));
}

/** Names and numbers may be odd; sentences must not be. */
function faultsOf(workload: Workload): string[] {
  const odd = /undefined|NaN|Infinity|\[object|null|\.\.(?!\.)|\(\)| ,| \.(?: |$)|, and (?:is|are) |^\s*\d+\.\s*$/;
  return [80, 50].flatMap((width) =>
    linesOf(workload, width).filter(
      (line) => line.length > width || (odd.test(line) && !/\bRuns? /.test(line) && !line.includes(ascii.ellipsis)),
    ),
  );
}

// Thousands of Pods.
describe('every recorded Pod', { timeout: 60_000 }, () => {
  const folder = new URL('../../../shared/conformance/cases/', import.meta.url);
  const cases = readdirSync(folder);

  it('of a lifecycle case can be explained and compared', () => {
    expect(cases.length).toBeGreaterThan(50);
    for (const name of cases) {
      const loaded = workloads(readFileSync(new URL(name, folder), 'utf8'));
      for (const workload of loaded) expect(faultsOf(workload), `${name} ${workload.name}`).toEqual([]);
    }
  });

  it.each(['validation.ndjson', 'resources.ndjson'])('of %s that is valid can be explained and compared', (file) => {
    const texts = conformanceLines<{ pod: unknown }>(file).map(({ pod }) => JSON.stringify(pod));
    const loaded = texts.flatMap(workloads);
    expect(loaded.length).toBeGreaterThan(100);
    for (const workload of loaded) expect(faultsOf(workload), workload.name).toEqual([]);
  });
});
