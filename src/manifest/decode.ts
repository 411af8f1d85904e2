import type { StructName } from '../pod/schema/index.ts';
import type { Api } from '../pod/types.ts';
import { parseQuantity } from '../pod/quantity.ts';
import { base64Error, quantityError } from './decode-text.ts';
import { timeError } from './go-time.ts';
import { goType, type GoType } from './go-type.ts';
import { NumberLiteral } from './number-literal.ts';
import { suggest } from './suggest.ts';

/** An unknown or duplicate field. */
export interface StrictError {
  readonly kind: 'unknown' | 'duplicate';
  /** `spec.containers[0].imag`: names joined by dots, whatever they hold. */
  readonly field: string;
  /** The name that was probably meant, for unknown fields. */
  readonly suggestion?: string;
}

export interface DecodeError {
  readonly field: string;
  /** As the API server words it. */
  readonly message: string;
}

/** `error`: the object is not of its type; there are no strict errors then. */
export type Decoded<T> =
  { readonly error: DecodeError } | { readonly error?: never; readonly value: T; readonly strict: readonly StrictError[] };

/**
 * Decodes a value into an API type as the API server does with strict field validation: names are case-sensitive,
 * null is as if left out, of several wrong types the first is reported, and a text that a type cannot read (a
 * quantity, a time) before any of them. Unknown fields are left out of the value. Never throws.
 * Source of the rules and messages: sigs.k8s.io/json and the UnmarshalJSON methods of the API types.
 *
 * @param duplicates - Paths of fields given more than once, relative to the value.
 */
export function decode<Name extends StructName>(
  name: Name,
  value: unknown,
  duplicates: ReadonlySet<string> = new Set(),
): Decoded<Api<Name>> {
  const decoder = new Decoder(duplicates);
  try {
    const decoded = decoder.value(goType(name), value) as Api<Name>;
    return decoder.firstError === undefined ? { value: decoded, strict: decoder.strict } : { error: decoder.firstError };
  } catch (error) {
    if (error instanceof Unreadable) return { error: error.reason };
    throw error;
  }
}

/** What a type's own reader refuses ends the decoding at once. */
class Unreadable extends Error {
  readonly reason: DecodeError;

  constructor(reason: DecodeError) {
    super(reason.message);
    this.reason = reason;
  }
}

/** The API server reports no more. */
const mostStrictErrors = 100;

class Decoder {
  readonly strict: StrictError[] = [];
  firstError: DecodeError | undefined;
  private readonly path: (string | number)[] = [];
  /** The structs around the current value, and the field in each: messages name the innermost struct and all fields. */
  private readonly structs: string[] = [];
  private readonly structFields: string[] = [];
  private readonly duplicates: ReadonlySet<string>;

  constructor(duplicates: ReadonlySet<string>) {
    this.duplicates = duplicates;
  }

  value(type: GoType, value: unknown): unknown {
    if (value === null || value === undefined) return undefined;
    switch (type.kind) {
      case 'any':
        return value;
      case 'string':
      case 'bool':
        return typeof value === (type.kind === 'bool' ? 'boolean' : 'string') ? value : this.mismatch(type.name, describe(value));
      case 'int':
        return isNumber(value) ? this.integer(type.bits, type.name, value) : this.mismatch(type.name, describe(value));
      case 'bytes':
        return this.bytes(type.name, value);
      case 'list':
        return Array.isArray(value) ? this.list(type.item, value) : this.mismatch(type.name, describe(value));
      case 'map':
        return isObject(value) ? this.map(type.item, value) : this.mismatch(type.name, describe(value));
      case 'struct':
        return isObject(value) ? this.struct(type.struct, type.fields, value) : this.mismatch(type.name, describe(value));
      case 'Quantity':
        return this.quantity(value);
      case 'IntOrString':
        return this.intOrString(value);
      case 'Time':
        return this.time(value);
    }
  }

  private struct(name: string, fields: ReadonlyMap<string, GoType>, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const decoded: Record<string, unknown> = {};
    this.structs.push(name);
    for (const key of Object.keys(value)) {
      const type = fields.get(key);
      this.path.push(key);
      if (type === undefined) this.strictError('unknown', () => suggest(key, [...fields.keys()]));
      else {
        if (this.duplicates.size > 0 && this.duplicates.has(this.field())) this.strictError('duplicate');
        this.structFields.push(key);
        const member = this.value(type, value[key]);
        if (member !== undefined) decoded[key] = member;
        this.structFields.pop();
      }
      this.path.pop();
    }
    this.structs.pop();
    return decoded;
  }

  private map(item: GoType, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const entries = Object.keys(value).map((key): [string, unknown] => {
      this.path.push(key);
      if (this.duplicates.size > 0 && this.duplicates.has(this.field())) this.strictError('duplicate');
      const member = this.value(item, value[key]) ?? zero(item);
      this.path.pop();
      return [key, member];
    });
    return Object.fromEntries(entries);
  }

  private list(item: GoType, value: readonly unknown[]): unknown[] {
    return value.map((member, i) => {
      this.path.push(i);
      const decoded = this.value(item, member) ?? zero(item);
      this.path.pop();
      return decoded;
    });
  }

  private integer(bits: 32 | 64, name: string, value: number | NumberLiteral): unknown {
    const text = numberText(value);
    return fits(text, bits) ? Number(text) : this.mismatch(name, `number ${text}`);
  }

  private bytes(name: string, value: unknown): unknown {
    if (typeof value !== 'string') return this.mismatch(name, describe(value));
    const error = base64Error(value);
    if (error === undefined) return value;
    this.save(error);
    return undefined;
  }

  private quantity(value: unknown): string {
    const text = typeof value === 'string' ? value.trim() : isNumber(value) ? numberText(value) : undefined;
    if (text !== undefined && parseQuantity(text) !== undefined) return text;
    throw this.unreadable(quantityError(text));
  }

  private intOrString(value: unknown): number | string {
    if (typeof value === 'string') return value;
    if (!isNumber(value)) throw this.unreadable(this.mismatchMessage('int32', describe(value)));
    const text = numberText(value);
    if (!fits(text, 32)) throw this.unreadable(this.mismatchMessage('int32', `number ${text}`));
    return Number(text);
  }

  private time(value: unknown): string {
    if (typeof value !== 'string') throw this.unreadable(this.mismatchMessage('string', describe(value)));
    const error = timeError(value);
    if (error !== undefined) throw this.unreadable(error);
    return value;
  }

  private mismatch(type: string, found: string): unknown {
    this.save(this.mismatchMessage(type, found));
    return undefined;
  }

  private mismatchMessage(type: string, found: string): string {
    const struct = this.structs.at(-1);
    const target = struct === undefined ? 'Go value' : `Go struct field ${struct}.${this.structFields.join('.')}`;
    return `json: cannot unmarshal ${found} into ${target} of type ${type}`;
  }

  private save(message: string): void {
    this.firstError ??= { field: this.field(), message };
  }

  private unreadable(message: string): Unreadable {
    return new Unreadable({ field: this.field(), message });
  }

  private strictError(kind: StrictError['kind'], suggestName?: () => string | undefined): void {
    if (this.strict.length >= mostStrictErrors) return;
    const suggestion = suggestName?.();
    this.strict.push({ kind, field: this.field(), ...(suggestion === undefined ? {} : { suggestion }) });
  }

  private field(): string {
    let text = '';
    for (const step of this.path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
    return text;
  }
}

/** What null stands for as a member of a list or map. */
function zero(type: GoType): unknown {
  switch (type.kind) {
    case 'int':
    case 'IntOrString':
      return 0;
    case 'bool':
      return false;
    case 'list':
      return [];
    case 'struct':
    case 'map':
      return {};
    case 'Quantity':
      return '0';
    case 'any':
      return null;
    case 'string':
    case 'bytes':
    case 'Time':
      return '';
  }
}

function describe(value: unknown): string {
  if (isNumber(value)) return 'number';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'object';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberLiteral);
}

function isNumber(value: unknown): value is number | NumberLiteral {
  return typeof value === 'number' || value instanceof NumberLiteral;
}

function numberText(value: number | NumberLiteral): string {
  return typeof value === 'number' ? String(value) : value.text;
}

function fits(text: string, bits: 32 | 64): boolean {
  return /^-?\d{1,20}$/.test(text) && BigInt.asIntN(bits, BigInt(text)) === BigInt(text);
}
