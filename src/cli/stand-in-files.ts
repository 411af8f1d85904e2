import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseManifest } from '../manifest/parse.ts';
import { mergeStandIns, parseStandIns } from '../runtimes/process/stand-ins.ts';
import type { StandIns } from '../runtimes/process/stand-ins.ts';
import { Failure } from './failure.ts';
import { standInsName } from './input.ts';

/**
 * What the images are on this machine: the `stand-ins.yaml` beside each manifest, then the files given with `--stand-in`; a later
 * file wins.
 */
export async function loadStandIns(given: readonly string[], manifests: readonly string[]): Promise<StandIns> {
  const beside = [...new Set(manifests.filter(isPath).map((file) => join(dirname(file), standInsName)))];
  const found = (await Promise.all(beside.map(async (file) => ((await isFile(file)) ? [file] : [])))).flat();
  return mergeStandIns(await Promise.all([...found, ...given].map(readStandIns)));
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
