import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { signalNumber } from './signals.ts';

/** What an image would say: the OCI image configuration's own names. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  /** `NAME=value`. */
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  /** `user` or `user:group`, by name or number. */
  readonly User?: string;
  /** `SIGTERM`, `TERM` or a number. */
  readonly StopSignal?: string;
  /** An absolute path: the folder that is the image's file system. Without it, the machine's own files are. */
  readonly Root?: string;
}

/** Image configurations by image name, as the Pods write it. */
export type StandIns = ReadonlyMap<string, ImageConfig>;

/**
 * Reads the decoded content of a stand-ins file, `images: {NAME: {Entrypoint: [...], ...}}`. `file` is for messages, and relative
 * roots start at `directory`. Throws an error whose message has one line for everything that is wrong.
 */
export function parseStandIns(content: unknown, file: string, directory: string): StandIns {
  const problems: string[] = [];
  const result = new Map<string, ImageConfig>();
  const images = isRecord(content) ? content['images'] : undefined;
  if (!isRecord(images))
    throw new Error(`${file}: expected "images:" with image names and what stands in for them, found ${describe(images)}`);
  for (const name of Object.keys(content as object))
    if (name !== 'images') problems.push(`unknown field ${JSON.stringify(name)}, only "images" is known`);
  for (const [image, config] of Object.entries(images)) {
    const at = `images[${JSON.stringify(image)}]`;
    if (!isRecord(config)) problems.push(`${at}: expected the fields of an image configuration (${fieldNames}), found ${describe(config)}`);
    else {
      problems.push(...fieldProblems(config, directory).map((problem) => `${at}.${problem}`));
      const { Root, ...rest } = config as ImageConfig;
      result.set(image, typeof Root === 'string' ? { ...rest, Root: resolve(directory, Root) } : rest);
    }
  }
  if (problems.length > 0) throw new Error(problems.map((problem) => `${file}: ${problem}`).join('\n'));
  return result;
}

/** Several files as one; where two know the same image, the later one holds. */
export function mergeStandIns(files: readonly StandIns[]): StandIns {
  return new Map(files.flatMap((file) => [...file]));
}

const fields: Readonly<Record<keyof ImageConfig, 'text' | 'list'>> = {
  Entrypoint: 'list',
  Cmd: 'list',
  Env: 'list',
  WorkingDir: 'text',
  User: 'text',
  StopSignal: 'text',
  Root: 'text',
};
const fieldNames = Object.keys(fields).join(', ');

function fieldProblems(config: Readonly<Record<string, unknown>>, directory: string): string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (!Object.hasOwn(fields, name)) {
      const similar = Object.keys(fields).find((known) => known.toLowerCase() === name.toLowerCase());
      return [`${name}: unknown field, ${similar === undefined ? `the fields are ${fieldNames}` : `did you mean ${similar}?`}`];
    }
    const kind = fields[name as keyof ImageConfig];
    if (kind === 'text' && typeof value !== 'string') return [`${name}: expected text, found ${describe(value)}`];
    if (kind === 'list' && !isTextList(value)) return [`${name}: expected a list of text, found ${describe(value)}`];
    return valueProblems(name as keyof ImageConfig, value, directory);
  });
}

function valueProblems(name: keyof ImageConfig, value: unknown, directory: string): string[] {
  switch (name) {
    case 'Env': {
      const wrong = (value as string[]).findIndex((variable) => !/^[^=]+=/.test(variable));
      return wrong < 0 ? [] : [`Env[${wrong}]: expected NAME=value, found ${JSON.stringify((value as string[])[wrong])}`];
    }
    case 'WorkingDir':
      return value === '' || isAbsolute(value as string) ? [] : [`WorkingDir: expected an absolute path, found ${JSON.stringify(value)}`];
    case 'Root': {
      const root = resolve(directory, value as string);
      return statSync(root, { throwIfNoEntry: false })?.isDirectory() ? [] : [`Root: expected a folder, but ${root} is none`];
    }
    case 'StopSignal': {
      const isSignal = signalNumber(value as string) !== undefined;
      return isSignal ? [] : [`StopSignal: expected the name or number of a signal, found ${JSON.stringify(value)}`];
    }
    case 'Entrypoint':
    case 'Cmd':
    case 'User':
      return [];
  }
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : JSON.stringify(value);
}
