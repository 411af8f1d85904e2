import { Argument, type Command, Option } from 'commander';
import { runtimeChoices } from '../runtime-choice.ts';

/** What a group of commands is added with. */
export interface Commands {
  /** Adds a command to the program. */
  readonly command: (name: string) => Command;
  readonly setExitCode: (code: number) => void;
}

export const files = new Argument('<file...>', 'manifests: files, folders, http(s) URLs, or - for standard input');
export const pod = new Argument('<pod>', 'a Pod: NAME or pod/NAME');
export const pods = new Argument('<pod...>', 'Pods: NAME or pod/NAME');

export function output(description: string, choices: readonly string[] = ['text', 'json']): Option {
  return new Option('-o, --output <format>', description).choices(choices).default('text');
}

export function runtime(): Option {
  const option = new Option('--runtime <name>', 'what runs the containers (default: OUTRIDER_RUNTIME, the config file, or auto)');
  return option.choices(runtimeChoices);
}

export function initFailure(): Option {
  const option = new Option('--init-failure <how>', "what a failed init container leads to (default: the Pod's annotation, or restart)");
  return option.choices(['restart', 'restart-pod']);
}

export function stateDir(): Option {
  return new Option('--state-dir <dir>', 'where logs and state are kept');
}

/** Options of the commands about Pods that run, and where those look for them. */
export interface ScopeFlags {
  readonly namespace: string;
  readonly stateDir?: string;
}

export function withScope(command: Command): Command {
  return command.addOption(new Option('-n, --namespace <name>', 'the namespace of the Pods').default('default')).addOption(stateDir());
}

export function scopeOf({ namespace, stateDir: directory }: ScopeFlags): { namespace: string; stateDir: string | undefined } {
  return { namespace, stateDir: directory };
}
