import { explainWorkload } from '../../explain/explain-workload.ts';
import { explanationDocument } from '../../explain/text/explanation-document.ts';
import { exitCodes } from '../failure.ts';
import { readWorkloads } from '../read-workloads.ts';
import type { OutputFormat } from '../run-options.ts';
import type { TextOutput } from '../text-output.ts';
import { writeDocuments } from '../text-output.ts';
import { oneLine } from '../one-line.ts';

export interface ExplainArguments {
  /** Files, folders, URLs or `-`, in the order given. */
  readonly files: readonly string[];
  readonly output: OutputFormat;
}

/**
 * `outrider explain`: says what the Pods of the manifests are going to do: their start, failures, restarts and end, with the
 * manifests' own names and numbers. `-o json` prints `{"items":[...]}`, one `Explanation` a Pod in input order. What
 * cannot be read or is invalid goes to stderr as `outrider validate` says it; the rest is explained all the same.
 *
 * @returns the exit code: 1 when anything is wrong.
 */
export async function runExplain({ files, output }: ExplainArguments, io: TextOutput): Promise<number> {
  const { workloads, problems, notes } = await readWorkloads(files, io.stdin);
  for (const line of [...problems, ...notes.map((note) => `note: ${note}`)]) io.stderr.write(`${oneLine(line)}\n`);
  const items = workloads.map(explainWorkload);
  if (output === 'json') io.stdout.write(`${JSON.stringify({ items }, null, 2)}\n`);
  else if (items.length > 0) writeDocuments(items.map(explanationDocument), io);
  return problems.length === 0 ? exitCodes.ok : exitCodes.failed;
}
