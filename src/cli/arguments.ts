import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import { durationMs } from '../simulator/duration.ts';
import { kubernetesVersions } from '../simulator/kubernetes-version.ts';
import { parsePublish } from '../network/publish.ts';
import type { HostEntry } from './run-options.ts';

export interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * A time as Go and systemd write it, in milliseconds: numbers with units, largest first, e.g. `30s`, `1m30s`, `500ms`, `1.5h`.
 *
 * @throws {InvalidArgumentError} for anything else, and for zero.
 */
export function parseDuration(text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined && ms > 0) return ms;
  const hint = /^\d+$/.test(text) ? `; did you mean ${text}s?` : '';
  throw new InvalidArgumentError(`Expected a time such as 30s, 1m30s or 500ms${hint}`);
}

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

/** Adds a port to publish, as it was written. @throws {InvalidArgumentError} when it is none. */
export function collectPublish(text: string, previous: readonly string[] = []): string[] {
  try {
    parsePublish(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return [...previous, text];
}

/** A number, 0 or more. @throws {InvalidArgumentError} for anything else. */
export function parseCount(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number, 0 or more.');
}

/** Lines from the end of a log; -1 is all of them. @throws {InvalidArgumentError} for anything else. */
export function parseTail(text: string): number | undefined {
  return text === '-1' ? undefined : parseCount(text);
}

/** A time to wait; 0 is none, and a negative one a week. @throws {InvalidArgumentError} for anything else. */
export function parseTimeout(text: string): number {
  if (/^0+[a-z]*$/.test(text)) return 0;
  return text.startsWith('-') ? 7 * 24 * 3600 * 1000 : parseDuration(text);
}

/** RFC 3339. @throws {InvalidArgumentError} for anything else. */
export function parseTime(text: string): string {
  if (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('Expected a time such as 2026-01-02T15:04:05Z.');
}

/** Adds `NAME=VALUE`. @throws {InvalidArgumentError} when it is none. */
export function collectVariable(text: string, previous: readonly Variable[] = []): Variable[] {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError('Expected NAME=VALUE.');
  return [...previous, { name, value }];
}

/** Adds `A,B`, as kubectl takes lists. */
export function collectList(text: string, previous: readonly string[] = []): string[] {
  return [...previous, ...text.split(',').filter((item) => item !== '')];
}

/** Adds to a repeatable option. */
export function collect(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}

/** RFC 1123, as the hosts file of a Pod takes it. */
function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i.test(label));
}

/** `10x` or `0.5x`: virtual seconds a second. @throws {InvalidArgumentError} for anything else. */
export function parseSpeed(text: string): number {
  const speed = Number(/^(\d+(?:\.\d+)?)x?$/.exec(text)?.[1] ?? 0);
  if (speed > 0) return speed;
  throw new InvalidArgumentError('Expected a speed such as 10x or 0.5x.');
}

/** A version of Kubernetes as its minor number. @throws {InvalidArgumentError} for one that is not known. */
export function parseKubernetes(text: string): number {
  const minor = Number(/^v?1\.(\d+)(?:\.\d+)?$/.exec(text)?.[1] ?? 0);
  if (minor >= kubernetesVersions.oldest && minor <= kubernetesVersions.newest) return minor;
  throw new InvalidArgumentError(`Expected a version from 1.${kubernetesVersions.oldest} to 1.${kubernetesVersions.newest}.`);
}

/** A whole number. @throws {InvalidArgumentError} for anything else. */
export function parseSeed(text: string): number {
  if (/^-?\d{1,10}$/.test(text)) return Number(text) | 0;
  throw new InvalidArgumentError('Expected a whole number.');
}
