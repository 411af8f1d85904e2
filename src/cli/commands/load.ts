import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readConfig } from '../config-file.ts';
import { createRuntime } from '../create-runtime.ts';
import { Failure, exitCodes } from '../failure.ts';
import { oneLine } from '../one-line.ts';
import { type RuntimeChoice, requestedRuntime } from '../runtime-choice.ts';
import { stateDirectory } from '../state-directory.ts';
import type { CommandIO } from './validate.ts';

export interface LoadArguments {
  /** Image archives: what `docker save` writes, or OCI layouts as tar files. */
  readonly files: readonly string[];
  readonly runtime: RuntimeChoice | undefined;
  readonly stateDir: string | undefined;
}

/** `outrider load`: gives images of archives to the container engine, so that they need not be pulled. */
export async function runLoad(
  { files, runtime: flag, stateDir }: LoadArguments,
  { stdout, stderr }: Pick<CommandIO, 'stdout' | 'stderr'>,
): Promise<number> {
  const { env } = process;
  const config = await readConfig(env);
  const warn = (line: string): void => void stderr.write(`outrider: ${oneLine(line)}\n`);
  const requested = requestedRuntime({ flag, env, config });
  const settings = { stateDirectory: stateDirectory(stateDir, env), env, config, warn };
  const { runtime, reason } = await createRuntime(requested, [], settings);
  try {
    if (!runtime.outlivesSupervisor) {
      throw new Failure(
        `the ${runtime.name} runtime keeps no images${reason === undefined ? '' : ` (${reason})`}; choose an engine with --runtime`,
      );
    }
    for (const file of files) {
      await stat(file).catch((error: unknown) => {
        throw new Failure(`${file}: cannot be read: ${(error as Error).message}`, { cause: error });
      });
      const names = await runtime.loadImages(resolve(file)).catch((error: unknown) => {
        throw new Failure(oneLine(`${file}: ${(error as Error).message}`), { cause: error });
      });
      for (const name of names) stdout.write(`Loaded image: ${oneLine(name)}\n`);
    }
    return exitCodes.ok;
  } finally {
    await runtime.release();
  }
}
