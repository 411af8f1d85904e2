import { decode } from '../manifest/decode.ts';
import type { ManifestSource } from '../manifest/load.ts';
import { conform } from '../pod/conform.ts';
import type { Pod } from '../pod/types.ts';
import { podKey } from '../trace/run-model.ts';
import { Failure } from './failure.ts';
import { readAllInputs } from './input.ts';
import { oneLine } from './one-line.ts';
import { asWatchEvent, hasKind, printedObjects } from './printed-objects.ts';

/**
 * Pods with a status, of what `kubectl get pods -o json` (or yaml) prints, and of watch events as `outrider run -o json` prints them,
 * of which the last of each Pod counts.
 *
 * @throws {Failure} when something cannot be read.
 */
export async function readPods(from: readonly string[], stdin: AsyncIterable<unknown>): Promise<Pod[]> {
  const { sources, problems } = await readAllInputs(from, stdin, mostBytes);
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  return sources.flatMap(podsOf);
}

/** A cluster's Pods are more than any manifest; what they take to read is a few times this. */
const mostBytes = 64 * 1024 * 1024;

function podsOf({ file, text }: ManifestSource): Pod[] {
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
