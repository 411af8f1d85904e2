import { decode } from '../../manifest/decode.ts';
import type { ManifestSource } from '../../manifest/load.ts';
import { conform } from '../../pod/conform.ts';
import type { Pod } from '../../pod/types.ts';
import { ageCell, podColumns, restartsCell } from '../../printers/columns.ts';
import { podKey } from '../../trace/run-model.ts';
import { Failure, exitCodes } from '../failure.ts';
import { readAllInputs } from '../input.ts';
import { oneLine } from '../one-line.ts';
import { asWatchEvent, hasKind, printedObjects } from '../printed-objects.ts';
import type { OutputFormat } from '../run-options.ts';
import { table } from '../table.ts';
import { outputText } from '../views/output-text.ts';
import type { CommandIO } from './validate.ts';

export interface PsArguments {
  /** Files, folders, URLs or `-`, in the order given. */
  readonly from: readonly string[];
  readonly output: OutputFormat;
  /** Milliseconds since the epoch; AGE and RESTARTS count from it. */
  readonly now: number;
}

/**
 * `outrider ps`: prints Pods with a status as `kubectl get pods` prints them. Takes what `kubectl get pods -o json` (or yaml) prints,
 * and watch events as `outrider run -o json` prints them, of which the last of each Pod counts.
 *
 * @throws {Failure} with exit code 1 when something cannot be read.
 */
export async function runPs({ from, output, now }: PsArguments, { stdout, stderr, stdin }: CommandIO): Promise<number> {
  const { sources, problems } = await readAllInputs(from, stdin, mostBytes);
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  const pods = sources.flatMap(readPods);
  if (output === 'json') {
    const items = pods.map((pod) => {
      const { ready, status, restarts } = podColumns(pod);
      return { name: pod.metadata.name, ready, status, restarts };
    });
    stdout.write(`${JSON.stringify({ items }, null, 2)}\n`);
  } else if (pods.length === 0) {
    stderr.write('No Pods found.\n');
  } else {
    const rows = pods.map((pod) => {
      const columns = podColumns(pod);
      return [pod.metadata.name, columns.ready, columns.status, restartsCell(columns, now), ageCell(pod, now)].map((cell) =>
        outputText(cell, false),
      );
    });
    stdout.write(`${table([['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'], ...rows]).join('\n')}\n`);
  }
  return exitCodes.ok;
}

/** A cluster's Pods are more than any manifest; what they take to read is a few times this. */
const mostBytes = 64 * 1024 * 1024;

function readPods({ file, text }: ManifestSource): Pod[] {
  const pods: Pod[] = [];
  const watched = new Map<string, Pod>();
  for (const object of printedObjects(file, text).objects) {
    const fail = (message: string, field = ''): Failure => {
      const { line, column } = object.locate(field);
      return new Failure(oneLine(`${file}:${line}:${column}: ${message}`));
    };
    const event = asWatchEvent(object.value);
    const value = event ? event.object : object.value;
    if (!hasKind(value, 'Pod')) {
      if (event || hasKind(value)) continue;
      throw fail('expected Pods as `kubectl get pods -o json` prints them, found a value without `kind`');
    }
    const decoded = decode('Pod', value);
    if (decoded.error) throw fail(decoded.error.message, decoded.error.field);
    const pod = conform('Pod', decoded.value);
    if (!event) pods.push(pod);
    else if (event.type === 'DELETED') watched.delete(podKey(pod));
    else watched.set(podKey(pod), pod);
  }
  return [...pods, ...watched.values()];
}
