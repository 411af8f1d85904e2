import type { Pod } from '../pod/types.ts';
import { exitCodes, Failure } from './failure.ts';
import { isOver } from './is-over.ts';
import { parseJsonPath } from './json-path.ts';

/** What `--for` waits for. */
export interface WaitCondition {
  /** Whether a Pod that is gone is what was waited for. */
  readonly isForEnd: boolean;
  /** @throws {Failure} where it cannot be told. */
  isMet(pod: Pod): boolean;
}

/**
 * Reads `condition=NAME[=VALUE]`, `delete`, or `jsonpath='{PATH}'[=VALUE]`, as `kubectl wait --for` takes them. A Pod counts as deleted
 * once it has been stopped: its logs may still be there.
 *
 * @throws {Failure} for anything else.
 */
export function parseWaitCondition(text: string): WaitCondition {
  if (text.toLowerCase() === 'delete') {
    return { isForEnd: true, isMet: (pod) => pod.metadata.deletionTimestamp !== undefined && isOver(pod) };
  }
  if (text.startsWith('condition=')) return namedCondition(text.slice('condition='.length));
  if (text.startsWith('jsonpath=')) return pathCondition(text.slice('jsonpath='.length));
  throw usage(`unrecognized condition: ${JSON.stringify(text)}; expected condition=NAME, delete or jsonpath='{PATH}'=VALUE`);
}

function namedCondition(text: string): WaitCondition {
  const [, name = '', value = 'true'] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const isMet = ({ status }: Pod): boolean =>
    status.conditions?.some((condition) => equalFold(condition.type, name) && equalFold(condition.status, value)) ?? false;
  return { isForEnd: false, isMet };
}

function pathCondition(text: string): WaitCondition {
  // In a path `==` compares; one `=` ends it.
  const [, path = '', value] = /^((?:[^=]|==)*)(?:=(?!=)(.*))?$/s.exec(text) ?? [];
  if (path === '') throw usage('jsonpath expression cannot be empty');
  const expected = value?.replaceAll(/^['"]+|['"]+$/g, '').trim();
  if (expected === '') throw usage("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.phase}'=Running");
  const jsonPath = parseJsonPath(path.replaceAll(/^'|'$/g, ''));
  const isMet = (pod: Pod): boolean => {
    const [found, ...others] = jsonPath.find(pod);
    if (others.length > 0) throw new Failure('given jsonpath expression matches more than one value');
    if (expected === undefined || found === undefined) return found !== undefined;
    if (typeof found === 'object') throw new Failure('jsonpath leads to a nested object or list which is not supported');
    const text = typeof found === 'string' ? found : JSON.stringify(found);
    return text.trim() === expected;
  };
  return { isForEnd: false, isMet };
}

function equalFold(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function usage(message: string): Failure {
  return new Failure(message, { exitCode: exitCodes.usage });
}
