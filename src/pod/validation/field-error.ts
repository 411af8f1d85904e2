import { goJson } from '../go-json.ts';
import { quote } from '../go-quote.ts';

/** One thing that the API server has against an object; `type` and `message` are its own. */
export interface FieldError {
  /** Where, for example `spec.containers[0].ports[1].name`. */
  readonly field: string;
  readonly type: ErrorType;
  /** The field, the kind of error, the value found and what was expected. */
  readonly message: string;
}

type ErrorType = keyof typeof labels;

/** What the rules produce: errors in the order in which the API server finds them. */
export type Errors = Generator<FieldError, void, undefined>;

const labels = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
} as const;

/** A value that messages show as JSON: lists, structs, and what the API passes by reference. */
export class Json {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

type BadValue = string | number | boolean | Json;

export function required(field: string, detail?: string): FieldError {
  return fieldError(field, 'FieldValueRequired', undefined, detail);
}

export function forbidden(field: string, detail: string): FieldError {
  return fieldError(field, 'FieldValueForbidden', undefined, detail);
}

export function invalid(field: string, value: BadValue, detail: string): FieldError {
  return fieldError(field, 'FieldValueInvalid', value, detail);
}

export function notFound(field: string, value: string, detail?: string): FieldError {
  return fieldError(field, 'FieldValueNotFound', value, detail);
}

export function duplicate(field: string, value: BadValue): FieldError {
  return fieldError(field, 'FieldValueDuplicate', value);
}

export function notSupported(field: string, value: string, supported: readonly string[]): FieldError {
  return fieldError(field, 'FieldValueNotSupported', new Json(value), `supported values: ${supported.map(quote).join(', ')}`);
}

export function tooLong(field: string, maxBytes: number): FieldError {
  return fieldError(field, 'FieldValueTooLong', undefined, `may not be more than ${maxBytes} bytes`);
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  return fieldError(field, 'FieldValueTooMany', actual, `must have at most ${max} items`);
}

/** An `Invalid value` for each thing that is wrong with the value. */
export function* invalidBecause(field: string, value: BadValue, reasons: Iterable<string>): Errors {
  for (const reason of reasons) yield invalid(field, value, reason);
}

function fieldError(field: string, type: ErrorType, value?: BadValue, detail?: string): FieldError {
  const parts = [field, value === undefined ? labels[type] : `${labels[type]}: ${show(value)}`, detail];
  return { field, type, message: parts.filter(Boolean).join(': ') };
}

function show(value: BadValue): string {
  if (value instanceof Json) return goJson(value.value ?? null);
  return typeof value === 'string' ? quote(value) : String(value);
}
