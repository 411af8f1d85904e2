import { loadManifests } from '../../manifest/load.ts';
import type { Workload } from '../../manifest/workload.ts';
import { podResources } from '../../resources/pod-resources.ts';
import { exitCodes } from '../failure.ts';
import { readInputs } from '../input.ts';
import { errorLines } from '../manifest-report.ts';
import { oneLine } from '../one-line.ts';
import type { OutputFormat } from '../run-options.ts';
import { resourcesText } from '../views/resources-text.ts';
import { styleFor } from '../views/style.ts';
import type { CommandIO } from './validate.ts';

export interface ResourcesArguments {
  /** Files, folders, URLs or `-`, in the order given. */
  readonly files: readonly string[];
  readonly output: OutputFormat;
}

export interface ResourcesIO extends CommandIO {
  readonly stdout: CommandIO['stdout'] & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * `outrider resources`: what each Pod requests and may use, as the scheduler sees it, in every phase of its life. One file is held
 * in memory at a time. What is wrong with manifests goes to stderr, one line each as `outrider validate` has it.
 *
 * @returns the exit code: 1 when anything is wrong, or there is no Pod.
 */
export async function runResources({ files, output }: ResourcesArguments, io: ResourcesIO): Promise<number> {
  const { stdout, stderr, stdin } = io;
  const print = output === 'json' ? jsonPrinter(stdout) : textPrinter(io);
  const notes = new Set<string>();
  let [pods, faults] = [0, 0];
  const report = (line: string): void => {
    faults++;
    stderr.write(`${oneLine(line)}\n`);
  };
  for await (const input of readInputs(files, stdin)) {
    if (input.problem !== undefined) report(input.problem);
    else {
      // No uid is ever shown.
      const loaded = loadManifests([input], () => 'uid');
      for (const line of errorLines(loaded)) report(line);
      for (const note of loaded.notes) notes.add(note);
      for (const workload of loaded.workloads) print.workload(workload);
      pods += loaded.workloads.length;
    }
  }
  print.end();
  for (const note of notes) stderr.write(`note: ${oneLine(note)}\n`);
  if (pods === 0 && faults === 0) report(`${files.join(', ')}: no Pod found, and nothing that has a Pod template`);
  return faults === 0 ? exitCodes.ok : exitCodes.failed;
}

interface Printer {
  workload(workload: Workload): void;
  end(): void;
}

/** `{"items": [...]}`, an item a line, written as they come. */
function jsonPrinter(stdout: ResourcesIO['stdout']): Printer {
  let separator = '{"items":[\n';
  return {
    workload({ name, pod, source: { file } }) {
      stdout.write(separator + JSON.stringify({ file, name, ...podResources(pod) }));
      separator = ',\n';
    },
    end: () => void stdout.write(separator === ',\n' ? '\n]}\n' : '{"items":[]}\n'),
  };
}

function textPrinter({ stdout, env }: ResourcesIO): Printer {
  const style = styleFor(stdout, env);
  const { columns: width } = stdout;
  let separator = '';
  return {
    workload({ kind, name, pod, source: { file } }) {
      const title = oneLine(`${kind} ${name} (${file})`);
      stdout.write(`${separator}${resourcesText(title, pod, { style, ...(width && { width }) }).join('\n')}\n`);
      separator = '\n';
    },
    end: () => undefined,
  };
}
