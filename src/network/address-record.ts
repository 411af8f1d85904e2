import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A supervisor, told from all others that ever had or will have its number. */
export interface Owner {
  readonly pid: number;
  readonly startTime: string;
}

/** Which addresses a supervisor has given to which Services: by it, whoever comes later gives them again or removes them. */
export interface AddressRecord {
  readonly owner: Owner;
  /** Of the Pods: each runtime's Pods have their own. */
  readonly runtime: string;
  /** By `namespace/name`. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** The records of one state folder, a file each: `network/PID-RUNTIME.json`. */
export class AddressRecords {
  readonly #directory: string;

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'network');
  }

  /** Without what cannot be read. */
  all(): AddressRecord[] {
    return this.#files().flatMap((file) => {
      try {
        return parse(readFileSync(join(this.#directory, file), 'utf8'));
      } catch {
        return [];
      }
    });
  }

  /** One without addresses is removed. */
  write(record: AddressRecord): void {
    const file = join(this.#directory, `${record.owner.pid}-${record.runtime}.json`);
    if (Object.keys(record.addresses).length === 0) return this.#remove(file);
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** The folder goes with its last file. */
  #remove(file: string): void {
    rmSync(file, { force: true });
    try {
      rmdirSync(this.#directory);
    } catch {
      // There are others', or it is gone.
    }
  }

  #files(): string[] {
    try {
      return readdirSync(this.#directory).filter((file) => file.endsWith('.json'));
    } catch {
      return [];
    }
  }
}

function parse(text: string): AddressRecord[] {
  const { owner, runtime, addresses } = JSON.parse(text) as Partial<AddressRecord>;
  if (typeof owner?.pid !== 'number' || typeof owner.startTime !== 'string') return [];
  return typeof runtime === 'string' && typeof addresses === 'object' ? [{ owner, runtime, addresses }] : [];
}
