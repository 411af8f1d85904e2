import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EngineName } from './engines.ts';

/** Engines apart from those that all tests share, for tests that stop them. */
export interface EngineSet {
  address(engine: EngineName): string;
  /** Starts what does not run; resolves when it answers and has the images of the tests. */
  start(...engines: EngineName[]): Promise<void>;
  /** SIGKILL: containers go on. */
  kill(...engines: EngineName[]): Promise<void>;
  /** Stops the engines as their service manager does, and starts them again. */
  restart(...engines: EngineName[]): Promise<void>;
  /** The machine fails: engines and containers are gone, what is on the disk stays. */
  crash(): Promise<void>;
  /** Removes all of it. Rejects when something is left. */
  purge(): Promise<void>;
}

/** The set of this number, 1 to 9; nothing runs yet. Two tests that may run at once need different ones. */
export function engineSet(instance: number): EngineSet {
  const run = async (...args: string[]): Promise<void> => {
    const env = { ...process.env, OUTRIDER_TEST_INSTANCE: String(instance) };
    await promisify(execFile)('bash', [join(import.meta.dirname, 'engines.sh'), ...args], { env });
  };
  return {
    address: (engine) => `/run/outrider-test-${instance}/${engine}.sock`,
    start: (...engines) => run('start', ...engines),
    kill: (...engines) => run('kill', ...engines),
    restart: (...engines) => run('restart', ...engines),
    crash: () => run('crash'),
    purge: () => run('purge'),
  };
}
