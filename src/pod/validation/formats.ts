import { utf8Bytes } from '../bytes.ts';

// The formats of names and values. Each function gives the reasons why a value does not have the format, none if it
// has. Source: util/validation and validate/content of the API machinery.

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const underscoreLabel = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const underscoreSubdomain = `${underscoreLabel}(\\.${underscoreLabel})*`;
const qualifiedName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualifiedName})?`;
const headerName = '[-A-Za-z0-9]+';
const configKey = '[-._a-zA-Z0-9]+';

/** "web-1": a DNS label, at most 63 characters. */
export function* dnsLabel(value: string): Generator<string> {
  if (byteLength(value) > 63) yield 'must be no more than 63 characters';
  if (matches(label, value)) return;
  if (matches(subdomain, value)) yield 'must not contain dots';
  else
    yield mismatch(
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
      label,
      ['my-name', '123-abc'],
    );
}

/** "web.example.com": DNS labels with dots between them, at most 253 characters. */
export function* dnsSubdomain(value: string): Generator<string> {
  if (byteLength(value) > 253) yield 'must be no more than 253 characters';
  if (!matches(subdomain, value))
    yield mismatch(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      subdomain,
      ['example.com'],
    );
}

/** A DNS subdomain whose labels may contain underscores. */
export function* dnsSubdomainWithUnderscore(value: string): Generator<string> {
  if (byteLength(value) > 253) yield 'must be no more than 253 characters';
  if (!matches(underscoreSubdomain, value))
    yield mismatch(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
      underscoreSubdomain,
      ['example.com'],
    );
}

/** "name" or "example.com/name": the keys of labels, the types of conditions. */
export function* labelKey(value: string): Generator<string> {
  const problem = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;
  const examples = ['MyName', 'my.name', '123-abc'];
  const [first = '', second, ...more] = value.split('/');
  if (more.length > 0) {
    yield `a valid label key ${mismatch(problem, qualifiedName, examples)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
    return;
  }
  if (second !== undefined && first === '') yield 'prefix part must be non-empty';
  else if (second !== undefined) for (const reason of dnsSubdomain(first)) yield `prefix part ${reason}`;
  const name = second ?? first;
  if (name === '') yield 'name part must be non-empty';
  else if (byteLength(name) > 63) yield 'name part must be no more than 63 bytes';
  if (!matches(qualifiedName, name)) yield `name part ${mismatch(problem, qualifiedName, examples)}`;
}

export function* labelValueFormat(value: string): Generator<string> {
  if (byteLength(value) > 63) yield 'must be no more than 63 bytes';
  if (!matches(labelValue, value))
    yield mismatch(
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      labelValue,
      ['MyValue', 'my_value', '12345'],
    );
}

/** A name of a container port, as Services and probes refer to it. */
export function* portName(value: string): Generator<string> {
  if (byteLength(value) > 15) yield 'must be no more than 15 characters';
  if (!/^[-a-z0-9]+$/.test(value)) yield 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';
  if (!/[a-z]/.test(value)) yield 'must contain at least one letter (a-z)';
  if (value.includes('--')) yield 'must not contain consecutive hyphens';
  if (value.startsWith('-') || value.endsWith('-')) yield 'must not begin or end with a hyphen';
}

export function portNumber(value: number): string[] {
  return inRange(value, 1, 65535);
}

/** A user or group id. */
export function userId(value: number): string[] {
  return inRange(value, 0, 2_147_483_647);
}

export function inRange(value: number, min: number, max: number): string[] {
  return value >= min && value <= max ? [] : [`must be between ${min} and ${max}, inclusive`];
}

export function environmentName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  return /^[ -<>-~]*$/.test(value)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** A key of a ConfigMap or Secret. */
export function* configMapKey(value: string): Generator<string> {
  if (byteLength(value) > 253) yield 'must be no more than 253 characters';
  if (!matches(configKey, value))
    yield mismatch("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", configKey, [
      'key.name',
      'KEY_NAME',
      'key-name',
    ]);
  if (value === '.' || value === '..') yield `must not be '${value}'`;
  else if (value.startsWith('..')) yield "must not start with '..'";
}

export function httpHeaderName(value: string): string[] {
  if (matches(headerName, value)) return [];
  return [mismatch("a valid HTTP header must consist of alphanumeric characters or '-'", headerName, ['X-Header-Name'])];
}

/** The length in bytes, which is what the limits above count. */
export function byteLength(text: string): number {
  // Most are ASCII, and counting those is faster than encoding them.
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return utf8Bytes(text).length;
  return text.length;
}

const compiled = new Map<string, RegExp>();

function matches(format: string, value: string): boolean {
  let regex = compiled.get(format);
  if (!regex) compiled.set(format, (regex = new RegExp(`^${format}$`)));
  return regex.test(value);
}

function mismatch(problem: string, format: string, examples: readonly string[]): string {
  return `${problem} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${format}')`;
}
