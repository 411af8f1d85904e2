import { NumberLiteral } from './number-literal.ts';

/**
 * What an unquoted YAML scalar is to Kubernetes: YAML 1.1 as kubectl and the API server read it, so that
 * `defaultMode: 0644` is octal and `value: yes` is a boolean.
 */
export function resolvePlainScalar(text: string): string | number | boolean | null | NumberLiteral {
  const first = text.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  if (isDigit || first === 43 || first === 45 || first === 46) return resolveNumber(text) ?? text;
  if (text.length > 5) return text;
  const word = words.get(text);
  return word === undefined ? text : word;
}

const spellings = (word: string): string[] => [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()];

const words = new Map<string, boolean | null>([
  ['', null],
  ['~', null],
  ...spellings('null').map((word) => [word, null] as const),
  ...['y', 'yes', 'true', 'on'].flatMap(spellings).map((word) => [word, true] as const),
  ...['n', 'no', 'false', 'off'].flatMap(spellings).map((word) => [word, false] as const),
]);

const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const largest = { positive: 2n ** 64n - 1n, negative: 2n ** 63n };

function resolveNumber(text: string): number | NumberLiteral | undefined {
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
