import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseManifest } from '../manifest/parse.ts';
import { mergeStandIns, parseStandIns } from '../runtimes/process/stand-ins.ts';
import type { StandIns } from '../runtimes/process/stand-ins.ts';
import { Failure } from './failure.ts';
import { standInsName } from './input.ts';

/**
 * The files that say what the images are on this machine, absolute: the `stand-ins.yaml` beside each manifest, then the files given
 * with `--stand-in`; a later file wins.
 */
export async function standInFiles(given: readonly string[], manifests: readonly string[]): Promise<string[]> {
  const beside = [...new Set(manifests.filter(isPath).map((file) => join(dirname(file), standInsName)))];
  const found = (await Promise.all(beside.map(async (file) => ((await isFile(file)) ? [file] : [])))).flat();
  return [...found, ...given].map((file) => resolve(file));
}

/** @throws {Failure} when one cannot be read or is none. */
export async function loadStandIns(files: readonly string[]): Promise<StandIns> {
  return mergeStandIns(await Promise.all(files.map(readStandIns)));
}

async function readStandIns(file: string): Promise<StandIns> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(`${file}: cannot be read as stand-ins: ${(error as Error).message}`, { cause: error });
  }
  const { documents, errors } = parseManifest(text);
  const [first] = errors;
  if (first !== undefined) throw new Failure(`${file}:${first.line}:${first.column}: ${first.message}`);
  try {
    return parseStandIns(documents[0]?.value, file, resolve(dirname(file)));
  } catch (error) {
    throw new Failure((error as Error).message, { cause: error });
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Standard input and URLs have no folder of ours. */
function isPath(file: string): boolean {
  return file !== 'stdin' && !/^https?:\/\//.test(file);
}
