import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { candidateAddresses } from './address-range.ts';
import type { AddressRecord, AddressRecords, Owner } from './address-record.ts';

export interface MachineAddressesOptions {
  readonly records: AddressRecords;
  readonly stateDirectory: string;
  readonly owner: Owner;
  readonly runtime: string;
  readonly isAlive: (owner: Owner) => boolean;
}

/**
 * Addresses of Services on this machine's loopback interface: containers reach them through their gateway, which is this machine.
 * Needs root and iproute2. Each is labelled with the state folder's hash (`ip address show dev lo`), and recorded before it is added.
 */
export class MachineAddresses {
  readonly #options: MachineAddressesOptions;
  readonly #addresses = new Map<string, string>();

  constructor(options: MachineAddressesOptions) {
    this.#options = options;
  }

  /** The address of a Service (`namespace/name`), the one it had before a crash if there was one. Rejects when none can be added. */
  async acquire(key: string): Promise<string> {
    try {
      return await this.#acquire(key);
    } catch (error) {
      this.#forget(key);
      throw error;
    }
  }

  /** Removes those of Services that are not among `keys`. */
  async retain(keys: ReadonlySet<string>): Promise<void> {
    for (const [key, address] of this.#addresses) {
      if (keys.has(key)) continue;
      await remove(address);
      this.#forget(key);
    }
  }

  async #acquire(key: string): Promise<string> {
    const known = this.#addresses.get(key) ?? this.#takeOver(key);
    if (known !== undefined) {
      await add(known, this.#label);
      return known;
    }
    for (const address of candidateAddresses(key, readFileSync('/proc/net/route', 'latin1'), addressesInUse())) {
      this.#set(key, address);
      // Adding is what settles who has it.
      if (await add(address, this.#label)) return address;
    }
    throw new Error('no address of 198.19.0.0/16 is free');
  }

  get #label(): string {
    return addressLabel(this.#options.stateDirectory);
  }

  #takeOver(key: string): string | undefined {
    const { records, isAlive, runtime } = this.#options;
    const orphans = records.all().filter((record) => record.runtime === runtime && !isAlive(record.owner));
    const left = orphans.find(({ addresses }) => addresses[key] !== undefined);
    const address = left?.addresses[key];
    if (left === undefined || address === undefined) return undefined;
    this.#set(key, address);
    records.write(without(left, key));
    return address;
  }

  #set(key: string, address: string): void {
    this.#addresses.set(key, address);
    this.#write();
  }

  #forget(key: string): void {
    this.#addresses.delete(key);
    this.#write();
  }

  #write(): void {
    const { records, owner, runtime } = this.#options;
    records.write({ owner, runtime, addresses: Object.fromEntries(this.#addresses) });
  }
}

type PruneOptions = Pick<MachineAddressesOptions, 'records' | 'stateDirectory' | 'isAlive'>;

/** Removes the addresses that supervisors of this state folder have left behind: one line for each. */
export async function pruneAddresses({ records, stateDirectory, isAlive }: PruneOptions): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const all = records.all();
  const kept = new Set(all.filter(({ owner }) => isAlive(owner)).flatMap(({ addresses }) => Object.values(addresses)));
  const label = addressLabel(stateDirectory);
  const listed = await ip('-o', '-4', 'address', 'show', 'dev', 'lo', 'label', label).catch(() => '');
  const left = [...listed.matchAll(/ inet ([\d.]+)\/32 /g)].map(([, address = '']) => address).filter((address) => !kept.has(address));
  for (const address of left) await remove(address);
  for (const record of all) if (!isAlive(record.owner)) records.write({ ...record, addresses: {} });
  return left.map((address) => `address ${address} of a Service`);
}

/** At most 15 characters, as the kernel takes them. */
function addressLabel(stateDirectory: string): string {
  return `lo:${createHash('sha256').update(realpathSync(stateDirectory)).digest('hex').slice(0, 12)}`;
}

function addressesInUse(): Set<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address)));
}

/** False when the interface has it already. */
async function add(address: string, label: string): Promise<boolean> {
  try {
    await ip('address', 'add', `${address}/32`, 'dev', 'lo', 'scope', 'host', 'label', label);
    return true;
  } catch (error) {
    if (/File exists|already assigned/.test((error as Error).message)) return false;
    throw error;
  }
}

async function remove(address: string): Promise<void> {
  await ip('address', 'delete', `${address}/32`, 'dev', 'lo').catch(() => undefined);
}

async function ip(...words: string[]): Promise<string> {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  try {
    return (await promisify(execFile)('ip', words, { env: { ...process.env, PATH: path, LC_ALL: 'C' } })).stdout;
  } catch (error) {
    const { code, stderr = '' } = error as NodeJS.ErrnoException & { stderr?: string };
    const reason = String(code) === 'ENOENT' ? 'there is no command ip (package iproute2)' : stderr.trim().split('\n')[0];
    throw new Error(reason || (error as Error).message, { cause: error });
  }
}

function without(record: AddressRecord, key: string): AddressRecord {
  return { ...record, addresses: Object.fromEntries(Object.entries(record.addresses).filter(([other]) => other !== key)) };
}
