import { boolYaml11Tag, NOT_RESOLVED, nullYaml11Tag } from 'js-yaml';

import { NumberLiteral, numberFromText } from './number-literal.ts';

export type Scalar = string | number | boolean | null | NumberLiteral;

/**
 * What an unquoted YAML scalar is to Kubernetes: YAML 1.1 as kubectl and the API server read it, so that
 * `defaultMode: 0644` is octal and `value: yes` is a boolean; dates and numbers to the base 60 are text. `.inf` and
 * `.nan` are the numbers that JSON does not have. Source: resolve.go of goyaml.v2 in sigs.k8s.io/yaml.
 */
export function resolveImplicitScalar(text: string): Scalar {
  const first = text.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  if (isDigit || first === 43 || first === 45 || first === 46) return resolveNumber(text) ?? text;
  if (text.length > longestWord) return text;
  for (const tag of wordTags) {
    const value = tag.resolve(text, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}

/** An unquoted scalar of a JSON text; numbers keep their spelling. */
export function resolveJsonScalar(text: string): Scalar {
  const word = jsonWords.get(text);
  return word === undefined ? numberFromText(text) : word;
}

const jsonWords = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const wordTags = [nullYaml11Tag, boolYaml11Tag];
const longestWord = 'false'.length;

const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const notFinite = /^(?:([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const largest = { positive: 2n ** 64n - 1n, negative: 2n ** 63n };

function resolveNumber(text: string): number | NumberLiteral | undefined {
  const [special, infinitySign] = notFinite.exec(text) ?? [];
  if (special !== undefined) return infinitySign === undefined ? NaN : infinitySign === '-' ? -Infinity : Infinity;
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const [whole, sign, hex, binary, octal, decimal] = integer.exec(plain) ?? [];
  if (whole !== undefined) {
    const digits = decimal ?? (hex !== undefined ? `0x${hex}` : binary !== undefined ? `0b${binary}` : `0o${octal ?? ''}`);
    if (digits.length < 15) return sign === '-' ? 0 - Number(digits) : Number(digits);
    const magnitude = digits.length > 80 ? largest.positive + 1n : BigInt(digits);
    if (magnitude <= (sign === '-' ? largest.negative : largest.positive)) return exactInteger(sign === '-' ? -magnitude : magnitude);
  }
  if (!float.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function exactInteger(value: bigint): number | NumberLiteral {
  return Number.isSafeInteger(Number(value)) ? Number(value) : new NumberLiteral(value.toString());
}
