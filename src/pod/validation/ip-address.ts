import { type Errors, invalid } from './field-error.ts';

/** An IPv4 or IPv6 address; leading zeros and IPv4 addresses in IPv6 form are refused, since programs disagree on them. */
export function* validateIpAddress(value: string, field: string): Errors {
  const isV4 = isIpv4(value);
  if (!isV4 && !parseIpv6(value)) {
    yield invalid(field, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
    return;
  }
  if (hasLeadingZeros(value)) yield invalid(field, value, 'must not have leading 0s');
  else if (!isV4 && isMapped(value)) yield invalid(field, value, 'must not be an IPv4-mapped IPv6 address');
}

/** What is unusual about a valid address: a note on its standard form, as the API server warns. */
export function* ipAddressWarnings(value: string, field: string): Generator<string> {
  const isV4 = isIpv4(value);
  const groups = isV4 ? undefined : parseIpv6(value);
  if (!isV4 && !groups) return;
  if (isV4 ? hasLeadingZeros(value) : isMapped(value) || hasLeadingZeros(value)) {
    yield `${field}: non-standard IP address ${JSON.stringify(value)} is invalid: use ${JSON.stringify(standardForm(value, groups))}`;
  } else if (groups && formatIpv6(groups) !== value) {
    yield `${field}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(formatIpv6(groups))})`;
  }
}

function isIpv4(value: string): boolean {
  const octets = value.split('.');
  return octets.length === 4 && octets.every((octet) => /^[0-9]+$/.test(octet) && Number(octet) <= 255);
}

function hasLeadingZeros(value: string): boolean {
  return value.includes('.') && /(^|[.:])0[0-9]+(?=\.|$)/.test(value);
}

/** The eight groups; undefined when the text is no IPv6 address. */
function parseIpv6(value: string): number[] | undefined {
  const lastColon = value.lastIndexOf(':');
  const tail = value.slice(lastColon + 1);
  if (tail.includes('.')) {
    if (!isIpv4(tail)) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number);
    return parseIpv6(`${value.slice(0, lastColon + 1)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`);
  }
  const halves = value.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const count = left.length + right.length;
  if (halves.length === 2 ? count > 7 : count !== 8) return undefined;
  if (![...left, ...right].every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return [...left, ...Array<string>(8 - count).fill('0'), ...right].map((group) => Number.parseInt(group, 16));
}

function isMapped(value: string): boolean {
  const groups = parseIpv6(value) ?? [];
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

function standardForm(value: string, groups: number[] | undefined): string {
  if (!groups) return value.split('.').map(Number).join('.');
  if (!isMapped(value)) return formatIpv6(groups);
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

/** Lower case, no leading zeros, the longest run of two or more zero groups as "::". */
function formatIpv6(groups: readonly number[]): string {
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, index) => index >= start && group !== 0);
    return { start, length: (end < 0 ? groups.length : end) - start };
  });
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), { start: 0, length: 1 });
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  if (longest.length < 2) return hex(groups);
  return `${hex(groups.slice(0, longest.start))}::${hex(groups.slice(longest.start + longest.length))}`;
}
