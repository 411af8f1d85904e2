import { quote } from '../pod/go-quote.ts';
import type { StrictError } from './decode.ts';
import type { ManifestObject } from './flatten.ts';
import type { ManifestError } from './manifest-item.ts';

export type UnlocatedError = Omit<ManifestError, 'line' | 'column'>;

/** The errors with their positions. */
export function locateErrors(object: ManifestObject, errors: Iterable<UnlocatedError>): ManifestError[] {
  return Array.from(errors, ({ field, type, message, suggestion }) => ({
    field,
    type,
    message,
    ...object.locate(field),
    ...(suggestion !== undefined && { suggestion }),
  }));
}

/** Unknown and duplicate fields, worded as strict decoding words them; one error a field. */
export function strictErrors(errors: readonly StrictError[]): UnlocatedError[] {
  return errors.map(({ kind, field, suggestion }) => ({
    field,
    type: 'StrictDecodingError',
    message: `strict decoding error: ${kind} field ${quote(field)}`,
    ...(suggestion !== undefined && { suggestion }),
  }));
}
