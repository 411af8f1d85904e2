import { readFileSync, statSync } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { limits } from '../manifest/limits.ts';
import type { ManifestSource } from '../manifest/load.ts';
import { oneLine } from './one-line.ts';

/** Lies beside manifests and says what their images are on this machine: no manifest itself. */
export const standInsName = 'stand-ins.yaml';

/** One file, as read; `problem` is one line that names the file and says what to do. */
export type InputFile = (ManifestSource & { readonly problem?: never }) | { readonly file: string; readonly problem: string };

/**
 * Reads what the FILE arguments of a command name, in their order: files, `-` for standard input, folders (their
 * *.yaml, *.yml and *.json files in name order, not those of folders within) and http(s) URLs; a stand-ins file among them is
 * passed over. Size and kind are
 * looked at before a file is read as a whole. Never throws for what is there or not there.
 *
 * @param mostBytes - Of one file; default: what a manifest may have.
 */
export async function* readInputs(
  args: readonly string[],
  stdin: AsyncIterable<unknown>,
  mostBytes: number = limits.fileBytes,
): AsyncGenerator<InputFile> {
  for (const arg of args) {
    if (arg === '-') yield await readText('stdin', stdin, mostBytes);
    else if (/^https?:\/\//.test(arg)) yield await readUrl(arg, mostBytes);
    else yield* readPath(arg, mostBytes);
  }
}

/** All of them at once; the texts, and the problems as lines for the terminal. */
export async function readAllInputs(
  args: readonly string[],
  stdin: AsyncIterable<unknown>,
  mostBytes?: number,
): Promise<{ sources: ManifestSource[]; problems: string[] }> {
  const sources: ManifestSource[] = [];
  const problems: string[] = [];
  for await (const input of readInputs(args, stdin, mostBytes)) {
    if (input.problem === undefined) sources.push(input);
    else problems.push(oneLine(input.problem));
  }
  return { sources, problems };
}

async function* readPath(path: string, mostBytes: number): AsyncGenerator<InputFile> {
  let files = [path];
  try {
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path)).filter((name) => /\.(?:yaml|yml|json)$/.test(name));
      files = names.sort().map((name) => join(path, name));
      if (files.length === 0) yield { file: path, problem: `${path}: the folder has no *.yaml, *.yml or *.json file` };
    }
  } catch (error) {
    yield { file: path, problem: `${path}: ${explain(error)}` };
    return;
  }
  for (const file of files) if (basename(file) !== standInsName) yield await readFile(file, mostBytes);
}

async function readFile(file: string, mostBytes: number): Promise<InputFile> {
  try {
    const stats = statSync(file);
    // Waiting for the thread that reads takes many times as long as reading a manifest does.
    if (stats.isFile() && stats.size > 0 && stats.size <= mostBytes) return await readText(file, [readFileSync(file)], mostBytes);
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      if (size > mostBytes) return { file, problem: tooLarge(file, `${size.toLocaleString('en')} bytes`, mostBytes) };
      return await readText(file, chunksOf(handle), mostBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { file, problem: `${file}: ${explain(error)}` };
  }
}

const chunkBytes = 64 * 1024;

/** A quarter of the time that a stream takes, where most files are one chunk. */
async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

const urlTimeoutMs = 10_000;

async function readUrl(url: string, mostBytes: number): Promise<InputFile> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(urlTimeoutMs) });
    if (!response.ok) return { file: url, problem: `${url}: the server answered ${response.status} ${response.statusText}`.trimEnd() };
    const length = Number(response.headers.get('content-length') ?? 0);
    if (length > mostBytes) return { file: url, problem: tooLarge(url, `${length.toLocaleString('en')} bytes`, mostBytes) };
    return await readText(url, response.body ?? [], mostBytes);
  } catch (error) {
    return { file: url, problem: `${url}: ${explain(error)}` };
  }
}

/** Reads bytes until they prove not to be a manifest. */
async function readText(file: string, chunks: AsyncIterable<unknown> | Iterable<unknown>, mostBytes: number): Promise<InputFile> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of chunks) {
      const part = Buffer.from(chunk as Uint8Array | string);
      if (size === 0 && part.length >= 2 && (part.readUInt16BE() === 0xfeff || part.readUInt16BE() === 0xfffe)) {
        return { file, problem: `${file}: is UTF-16; save it as UTF-8` };
      }
      const zero = part.indexOf(0);
      if (zero >= 0) return { file, problem: `${file}: is binary (a zero byte at ${size + zero}); expected YAML or JSON in UTF-8` };
      size += part.length;
      if (size > mostBytes) return { file, problem: tooLarge(file, 'larger', mostBytes) };
      parts.push(part);
    }
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)) };
  } catch (error) {
    const isEncoding = error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    return { file, problem: `${file}: ${isEncoding ? 'is no UTF-8 text; expected YAML or JSON in UTF-8' : explain(error)}` };
  }
}

function tooLarge(file: string, size: string, mostBytes: number): string {
  return `${file}: is ${size}, at most ${mostBytes / 1024 / 1024} MiB are read; split it into smaller files`;
}

const explanations: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ENXIO: 'cannot be read',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
};

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${urlTimeoutMs / 1000} s`;
  // fetch() says only that it failed; why is in the cause.
  if (error.cause instanceof Error) return explain(error.cause);
  const code = 'code' in error ? String(error.code) : '';
  return explanations[code] ?? error.message.replace(/\s+/g, ' ');
}
