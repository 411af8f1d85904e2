import { readConfig } from '../config-file.ts';
import { createRuntime, type RuntimeSettings } from '../create-runtime.ts';
import { exitCodes, Failure } from '../failure.ts';
import { oneLine } from '../one-line.ts';
import { type RequestedRuntime, type RuntimeChoice, engineNames, requestedRuntime } from '../runtime-choice.ts';
import { stateDirectory } from '../state-directory.ts';
import { PodStore } from '../../agent/pod-store.ts';
import { podKey, type PodRecord } from '../../agent/pod-record.ts';
import { isAlive } from '../../agent/process-identity.ts';
import { withClaimLock } from '../../agent/claim-lock.ts';
import { socketDirectory } from '../../agent/sockets.ts';
import { AddressRecords } from '../../network/address-record.ts';
import { pruneAddresses } from '../../network/machine-addresses.ts';
import type { CommandIO } from './validate.ts';

export interface PruneArguments {
  readonly runtime: RuntimeChoice | undefined;
  readonly stateDir: string | undefined;
  /** Also what an agent that is started again would go on with. */
  readonly all: boolean;
}

/**
 * `outrider prune`: removes what supervisors that were killed, and crashes of the machine, have left of the Pods of the state folder, on
 * every engine that answers. Pods that somebody supervises stay, and those that the agent goes on with when it is started again.
 */
export async function runPrune(args: PruneArguments, { stdout, stderr }: Pick<CommandIO, 'stdout' | 'stderr'>): Promise<number> {
  const { env } = process;
  const config = await readConfig(env);
  const directory = stateDirectory(args.stateDir, env);
  const warn = (line: string): void => void stderr.write(`outrider: ${oneLine(line)}\n`);
  const settings: RuntimeSettings = { stateDirectory: directory, env, config, warn };
  const requested = requestedRuntime({ flag: args.runtime, env, config });
  // Nobody may begin with a Pod meanwhile: it would be taken for something left.
  const removed = await withClaimLock(socketDirectory(directory), async () => {
    const store = new PodStore({ stateDirectory: directory, warn });
    const records = store.readAll();
    const left = records.filter((record) => !isKept(record, args.all));
    const known = new Set(records.filter((record) => !left.includes(record)).map(({ pod }) => pod.metadata.uid));
    const lines = (await Promise.all(runtimesOf(requested).map((runtime) => pruneRuntime(runtime, known, settings)))).flat();
    const addresses = await pruneAddresses({ records: new AddressRecords(directory), stateDirectory: directory, isAlive });
    await Promise.all(left.map(({ pod }) => store.remove(podKey(pod))));
    return [...lines, ...addresses, ...left.map(({ pod }) => `record of Pod ${podKey(pod)}`)];
  });
  for (const line of removed) stdout.write(`${oneLine(line)} removed\n`);
  if (removed.length === 0) stderr.write('nothing to remove\n');
  return exitCodes.ok;
}

function isKept({ supervisor, origin }: PodRecord, all: boolean): boolean {
  return isAlive(supervisor) || (!all && origin !== 'run');
}

/** With `auto` all that there are, not only the first. */
function runtimesOf({ choice, chosenBy }: RequestedRuntime): RequestedRuntime[] {
  return choice === 'auto'
    ? ['process' as const, ...engineNames].map((name) => ({ choice: name, chosenBy: undefined }))
    : [{ choice, chosenBy }];
}

async function pruneRuntime(
  requested: RequestedRuntime,
  known: ReadonlySet<string>,
  settings: RuntimeSettings,
): Promise<readonly string[]> {
  try {
    const { runtime } = await createRuntime(requested, [], settings);
    try {
      return await runtime.prune(known);
    } finally {
      await runtime.release();
    }
  } catch (error) {
    // An engine that nobody asked for need not be there.
    if (requested.chosenBy === undefined && error instanceof Failure) return [];
    throw error;
  }
}
