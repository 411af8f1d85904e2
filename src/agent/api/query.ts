import { badRequest } from '../api-error.ts';

/** @throws ApiError for anything but true and false. */
export function flag(query: URLSearchParams, name: string, preset = false): boolean {
  const text = query.get(name);
  if (text === null) return preset;
  if (['true', '1', ''].includes(text)) return true;
  if (['false', '0'].includes(text)) return false;
  throw badRequest(`${name}: expected true or false, found ${JSON.stringify(text)}`);
}

/** A whole number, 0 or more; undefined where there is none. @throws ApiError for anything else. */
export function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(`${name}: expected a whole number, 0 or more, found ${JSON.stringify(text)}`);
}

/**
 * The value that `fieldSelector=FIELD=VALUE` asks for; undefined: all.
 *
 * @throws ApiError for another selector.
 */
export function selected(query: URLSearchParams, field: string): string | undefined {
  const selector = query.get('fieldSelector');
  if (selector === null || selector === '') return undefined;
  const [, name = selector, value] = /^([^=!,]+)==?([^=!,]*)$/.exec(selector) ?? [];
  if (name !== field || value === undefined) throw badRequest(`field label not supported: ${name}; expected ${field}=NAME`);
  return value;
}
