import { quote } from '../pod/go-quote.ts';
import { findKind, type Kind } from './kinds.ts';
import { NumberLiteral } from './number-literal.ts';
import type { UnlocatedError } from './manifest-error.ts';

export type Identity =
  | { readonly is: 'known'; readonly kind: Kind; readonly name: string }
  /** `kind` when it could be told all the same. */
  | { readonly is: 'faulty'; readonly error: UnlocatedError; readonly kind?: Kind; readonly name: string }
  | { readonly is: 'unknown'; readonly kind: string };

/** What kind of object a value is, by its apiVersion and kind. `unknown`: one that this program does not deal with. */
export function identify(value: unknown): Identity {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof NumberLiteral) {
    return fault('', `expected an object with apiVersion and kind, found ${describe(value)}`);
  }
  const { apiVersion, kind, metadata } = value as Readonly<Record<string, unknown>>;
  for (const [field, text] of [
    ['apiVersion', apiVersion],
    ['kind', kind],
  ] as const) {
    if (text !== undefined && text !== null && typeof text !== 'string') {
      return fault(
        field,
        `couldn't get version/kind; json parse error: json: cannot unmarshal ${describe(text).split(' ')[1] ?? ''} into Go struct field .${field} of type string`,
      );
    }
  }
  if (typeof kind !== 'string' || kind === '') return fault('', "Object 'Kind' is missing");
  if (typeof apiVersion !== 'string' || apiVersion === '') return fault('', "Object 'apiVersion' is missing");
  const name = nameOf(metadata);
  const found = findKind(apiVersion, kind);
  if (found === undefined) return { is: 'unknown', kind };
  if (!('wrongVersion' in found)) return { is: 'known', kind: found, name };
  const message = `no matches for kind ${quote(kind)} in version ${quote(apiVersion)}`;
  return {
    is: 'faulty',
    error: { field: 'apiVersion', type: 'DecodeError', message, suggestion: found.wrongVersion.apiVersion },
    kind: found.wrongVersion,
    name,
  };
}

function fault(field: string, message: string): Identity {
  return { is: 'faulty', error: { field, type: 'DecodeError', message }, name: '' };
}

function nameOf(metadata: unknown): string {
  const name = typeof metadata === 'object' && metadata !== null ? (metadata as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : '';
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof NumberLiteral || typeof value === 'number') return 'a number';
  return typeof value === 'string' ? 'a string' : typeof value === 'boolean' ? 'a bool' : 'an object';
}
