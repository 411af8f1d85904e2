import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isPositive, parseQuantity } from '../pod/quantity.ts';
import { Failure } from './failure.ts';
import { oneLine } from './one-line.ts';
import { type RuntimeChoice, runtimeChoices } from './runtime-choice.ts';

/** What the user has set for all commands. */
export interface Config {
  /** Its path, whether or not it is there. */
  readonly file: string;
  /** What `--runtime` would say. */
  readonly runtime?: RuntimeChoice;
  /** Addresses as DOCKER_HOST and CONTAINER_HOST have them, which come first: `unix:///run/docker.sock`, `tcp://host:2375`. */
  readonly dockerHost?: string;
  readonly podmanHost?: string;
  /** Of containerd or CRI-O: a path, or `unix://` and a path. */
  readonly containerdAddress?: string;
  /** As in the kubelet's configuration: a log file of this size is rotated, and there are so many files of a log at most. */
  readonly containerLogMaxSize?: string;
  readonly containerLogMaxFiles?: number;
}

/**
 * Reads `$XDG_CONFIG_HOME/outrider/config.yaml`; it need not exist.
 *
 * @throws {Failure} with `file:line:column` for whatever is not understood.
 */
export async function readConfig(env: Readonly<Record<string, string | undefined>>): Promise<Config> {
  const base = env['XDG_CONFIG_HOME'];
  const file = join(base === undefined || base === '' ? join(env['HOME'] ?? homedir(), '.config') : base, 'outrider', 'config.yaml');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // EACCES: somebody else's home, as under sudo.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return { file };
    throw new Failure(`${file}: cannot be read: ${message}`, { cause: error });
  }
  return parseConfig(text, file);
}

const fields = ['runtime', 'dockerHost', 'podmanHost', 'containerdAddress', 'containerLogMaxSize', 'containerLogMaxFiles'] as const;

async function parseConfig(text: string, file: string): Promise<Config> {
  // Most users have no such file.
  const [{ parseManifest }, { suggest }] = await Promise.all([import('../manifest/parse.ts'), import('../manifest/suggest.ts')]);
  const { documents, errors } = parseManifest(text);
  const problems = errors.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  const [document, second] = documents;
  if (second !== undefined) problems.push(at(file, second.locate(''), 'expected one document, found more'));
  const value = document?.value ?? {};
  if (document !== undefined && !isMap(value)) problems.push(at(file, document.locate(''), `expected fields (${fields.join(', ')})`));
  else if (document !== undefined) {
    for (const name of document.duplicates) problems.push(at(file, document.locate(name), `field "${name}" is given twice`));
    for (const [name, content] of Object.entries(value)) {
      const problem = fieldProblem(name, content, (names) => suggest(name, names));
      if (problem !== undefined) problems.push(at(file, document.locate(name), problem));
    }
  }
  if (problems.length > 0) throw new Failure(problems.map(oneLine).join('\n'));
  return { file, ...(value as Omit<Config, 'file'>) };
}

function fieldProblem(name: string, content: unknown, nearest: (names: readonly string[]) => string | undefined): string | undefined {
  if (!fields.some((field) => field === name)) {
    const suggestion = nearest(fields);
    return `unknown field "${name}"; ${suggestion === undefined ? `known are ${fields.join(', ')}` : `did you mean ${suggestion}?`}`;
  }
  if (name === 'runtime') {
    const isChoice = runtimeChoices.some((choice) => choice === content);
    return isChoice ? undefined : `runtime: expected ${runtimeChoices.join(', ')}, found ${JSON.stringify(content)}`;
  }
  if (name === 'containerLogMaxSize') {
    const size = typeof content === 'string' ? parseQuantity(content) : undefined;
    return size !== undefined && isPositive(size) ? undefined : `${name}: expected a size such as 10Mi, found ${JSON.stringify(content)}`;
  }
  if (name === 'containerLogMaxFiles') {
    const isCount = Number.isInteger(content) && (content as number) > 1;
    return isCount ? undefined : `${name}: expected a number of at least 2, found ${JSON.stringify(content)}`;
  }
  const isAddress = typeof content === 'string' && content !== '';
  return isAddress ? undefined : `${name}: expected an address such as unix:///run/engine.sock, found ${JSON.stringify(content)}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(file: string, { line, column }: { readonly line: number; readonly column: number }, message: string): string {
  return `${file}:${line}:${column}: ${message}`;
}
