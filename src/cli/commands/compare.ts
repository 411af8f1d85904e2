import { compareWorkload } from '../../explain/compare-workload.ts';
import { comparison } from '../../explain/comparison.ts';
import { comparisonDocument, podComparisonDocument } from '../../explain/text/comparison-document.ts';
import { exitCodes } from '../failure.ts';
import { readWorkloads } from '../read-workloads.ts';
import type { OutputFormat } from '../run-options.ts';
import { writeDocuments } from '../text-output.ts';
import type { TextOutput } from '../text-output.ts';
import { oneLine } from '../one-line.ts';

export interface CompareArguments {
  /** Files, folders, URLs or `-`; none: the comparison in general. */
  readonly files: readonly string[];
  readonly output: OutputFormat;
}

/**
 * `outrider compare`: init containers and sidecars side by side and when to use which, or, with manifests, as their Pods have them.
 * `-o json` prints the `Comparison`, or `{"items":[...]}` with one `PodComparison` a Pod in input order. What cannot be read or is
 * invalid goes to stderr as `outrider validate` says it.
 *
 * @returns the exit code: 1 when anything is wrong.
 */
export async function runCompare({ files, output }: CompareArguments, io: TextOutput): Promise<number> {
  if (files.length === 0) {
    if (output === 'json') io.stdout.write(`${JSON.stringify(comparison, null, 2)}\n`);
    else writeDocuments([comparisonDocument()], io);
    return exitCodes.ok;
  }
  const { workloads, problems, notes } = await readWorkloads(files, io.stdin);
  for (const line of [...problems, ...notes.map((note) => `note: ${note}`)]) io.stderr.write(`${oneLine(line)}\n`);
  const items = workloads.map(compareWorkload);
  if (output === 'json') io.stdout.write(`${JSON.stringify({ items }, null, 2)}\n`);
  else if (items.length > 0) writeDocuments(items.map(podComparisonDocument), io);
  return problems.length === 0 ? exitCodes.ok : exitCodes.failed;
}
