import type { Config } from './config-file.ts';
import { Failure, exitCodes } from './failure.ts';

/** The runtimes by the names that people choose them by, engines first and in the order in which `auto` asks them. */
export const engineNames = ['docker', 'podman', 'containerd'] as const;
export const runtimeChoices = ['auto', 'process', ...engineNames] as const;

export type EngineName = (typeof engineNames)[number];
export type RuntimeName = EngineName | 'process';
export type RuntimeChoice = (typeof runtimeChoices)[number];

/** A choice, and who made it: for the first line of a run, and for errors. */
export interface RequestedRuntime {
  readonly choice: RuntimeChoice;
  /** `--runtime`, `OUTRIDER_RUNTIME`, the config file's name, `--stand-in`; undefined: nobody, it is the default. */
  readonly chosenBy: string | undefined;
}

export interface RuntimeWishes {
  /** `--runtime`. */
  readonly flag: RuntimeChoice | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: Config;
  /** An option that only the process runtime understands, such as `--stand-in`. */
  readonly processOption?: string | undefined;
}

/**
 * Which runtime is meant: `--runtime`, else `OUTRIDER_RUNTIME`, else the config file, else `auto`. What only the process runtime
 * understands chooses it where nothing else does.
 *
 * @throws {Failure} for a name that is none, and for options that contradict each other.
 */
export function requestedRuntime({ flag, env, config, processOption }: RuntimeWishes): RequestedRuntime {
  const requested = explicitChoice(flag, env, config);
  if (processOption === undefined || requested.choice === 'process') return requested;
  if (requested.choice === 'auto') return { choice: 'process', chosenBy: processOption };
  throw new Failure(
    `${processOption} says what images are on the process runtime, but ${requested.chosenBy ?? ''} chose ${requested.choice}; leave one of them out`,
    { exitCode: exitCodes.usage },
  );
}

function explicitChoice(flag: RuntimeChoice | undefined, env: RuntimeWishes['env'], config: Config): RequestedRuntime {
  if (flag !== undefined) return { choice: flag, chosenBy: '--runtime' };
  const variable = env['OUTRIDER_RUNTIME'];
  if (variable !== undefined && variable !== '')
    return { choice: runtimeChoice(variable, 'OUTRIDER_RUNTIME'), chosenBy: 'OUTRIDER_RUNTIME' };
  if (config.runtime !== undefined) return { choice: config.runtime, chosenBy: config.file };
  return { choice: 'auto', chosenBy: undefined };
}

/** A name as a choice. @throws {Failure} that names `where` for one that is none. */
export function runtimeChoice(name: string, where: string): RuntimeChoice {
  const choice = runtimeChoices.find((candidate) => candidate === name);
  if (choice !== undefined) return choice;
  throw new Failure(`${where}: expected ${runtimeChoices.join(', ')}, found ${JSON.stringify(name)}`, { exitCode: exitCodes.usage });
}
