import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import type { HostEntry } from './run-options.ts';

/**
 * A time as Go and systemd write it, in milliseconds: numbers with units, largest first, e.g. `30s`, `1m30s`, `500ms`, `1.5h`.
 *
 * @throws {InvalidArgumentError} for anything else, and for zero.
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/gy)];
  const isWhole = parts.length > 0 && parts.reduce((length, [part]) => length + part.length, 0) === text.length;
  const ms = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (unitsMs[unit ?? ''] ?? NaN), 0);
  if (isWhole && ms > 0) return ms;
  const hint = /^\d+$/.test(text) ? `; did you mean ${text}s?` : '';
  throw new InvalidArgumentError(`Expected a time such as 30s, 1m30s or 500ms${hint}`);
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Whole seconds, 0 or more. @throws {InvalidArgumentError} for anything else. */
export function parseSeconds(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected whole seconds, 0 or more.');
}

/** Adds `NAME=ADDRESS`. @throws {InvalidArgumentError} when it is none. */
export function collectHost(text: string, previous: readonly HostEntry[] = []): HostEntry[] {
  const [, name = '', address = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (!isHostName(name)) throw new InvalidArgumentError('Expected NAME=ADDRESS, for example db=127.0.0.1.');
  if (isIP(address) === 0) throw new InvalidArgumentError(`Expected an IP address after "${name}=", for example ${name}=127.0.0.1.`);
  return [...previous, { name, address }];
}

/** Adds to a repeatable option. */
export function collect(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}

/** RFC 1123, as the hosts file of a Pod takes it. */
function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i.test(label));
}
