import { Failure, exitCodes } from './failure.ts';

/** One step down into a value. */
type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly path: readonly Step[]; readonly equals: string | undefined };

/** A path as kubectl's --for=jsonpath takes it. */
export interface JsonPath {
  /** All values that it leads to; none where a part of it is missing. */
  find(value: unknown): unknown[];
}

/**
 * Reads `{.status.phase}`, `.status.phase` or `status.phase`; with `[0]`, `[-1]`, `[*]`, `['a.b']` and
 * `[?(@.type=="Ready")]` in it.
 *
 * @throws {Failure} when it is something else.
 */
export function parseJsonPath(text: string): JsonPath {
  const inner = /^\{(.*)\}$/s.exec(text)?.[1] ?? text;
  const steps = stepsOf(inner.startsWith('.') || inner.startsWith('[') ? inner : `.${inner}`, text);
  return { find: (value) => follow(value, steps) };
}

const field = /^\.([\w-]+(?:\\\.[\w-]+)*)/;
const bracket = /^\[(?:(-?\d+)|(\*)|'([^']*)'|"([^"]*)"|\?\(@((?:\.[\w-]+)+)\s*(?:==\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?\s*\))\]/;

function stepsOf(path: string, whole: string): Step[] {
  const steps: Step[] = [];
  for (let rest = path; rest !== '';) {
    const name = field.exec(rest);
    const brackets = name === null ? bracket.exec(rest) : null;
    const [match] = name ?? brackets ?? [];
    if (match === undefined) {
      throw new Failure(
        `cannot read the jsonpath ${JSON.stringify(whole)} from ${JSON.stringify(rest)} on; expected fields such as {.status.phase}`,
        { exitCode: exitCodes.usage },
      );
    }
    steps.push(name === null ? bracketStep(brackets ?? [], whole) : { kind: 'field', name: (name[1] ?? '').replaceAll('\\.', '.') });
    rest = rest.slice(match.length);
  }
  return steps;
}

function bracketStep([, index, all, single, double, filter, ...values]: readonly (string | undefined)[], whole: string): Step {
  if (index !== undefined) return { kind: 'index', index: Number(index) };
  if (all !== undefined) return { kind: 'all' };
  const name = single ?? double;
  if (name !== undefined) return { kind: 'field', name };
  return { kind: 'filter', path: stepsOf(filter ?? '', whole), equals: values.find((value) => value !== undefined) };
}

function follow(value: unknown, steps: readonly Step[]): unknown[] {
  return steps.reduce<unknown[]>((values, step) => values.flatMap((one) => take(one, step)), [value]);
}

function take(value: unknown, step: Step): unknown[] {
  switch (step.kind) {
    case 'field':
      return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'index':
      return Array.isArray(value) && value.at(step.index) !== undefined ? [value.at(step.index)] : [];
    case 'all':
      return isObject(value) ? Object.values(value) : [];
    case 'filter':
      if (!Array.isArray(value)) return [];
      return value.filter((item) => {
        const found = follow(item, step.path);
        return step.equals === undefined ? found.length > 0 : found.some((one) => String(one) === step.equals);
      });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
