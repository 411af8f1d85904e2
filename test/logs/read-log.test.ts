import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { highestLogNumber, logDirectory, logFile } from '../../src/logs/directory.ts';
import { lastLines } from '../../src/logs/last-lines.ts';
import { readLog, type ReadLogOptions } from '../../src/logs/read-log.ts';
import { parseTimestamp } from '../../src/logs/timestamp.ts';
import { makePod } from '../fixtures/pod.ts';

let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'outrider-logs-'));
  path = join(root, '0.log');
});
afterEach(() => rmSync(root, { recursive: true }));

const entry = (second: number, text: string, tag = 'F', stream = 'stdout') =>
  `2026-03-01T12:00:${String(second).padStart(2, '0')}.5Z ${stream} ${tag} ${text}\n`;

async function texts(options?: ReadLogOptions): Promise<string[]> {
  const read: string[] = [];
  for await (const { bytes, partial } of readLog(path, options)) read.push(Buffer.from(bytes).toString() + (partial ? '…' : ''));
  return read;
}

describe('readLog', () => {
  beforeEach(() => {
    writeFileSync(`${path}.20260301-120001.gz`, gzipSync(entry(0, 'a') + entry(1, 'b')));
    writeFileSync(`${path}.20260301-120003`, entry(2, 'c') + entry(3, 'd', 'P'));
    writeFileSync(`${path}.20260301-120003.gz.tmp`, 'half done');
    writeFileSync(
      path,
      `${entry(4, 'e', 'F', 'stderr')}no entry\n${entry(5, '', 'F')}${entry(6, 'f', 'F:x')}${entry(7, 'unfinished').trimEnd()}`,
    );
  });

  test.each<[string, ReadLogOptions | undefined, string[]]>([
    ['all, rotated files first', undefined, ['a', 'b', 'c', 'd…', 'e', '', 'f']],
    ['the last', { tail: 1 }, ['f']],
    ['none', { tail: 0 }, []],
    ['the last of two files', { tail: 5 }, ['d…', 'e', '', 'f']],
    ['the last of three files', { tail: 7 }, ['b', 'c', 'd…', 'e', '', 'f']],
    ['more than there are', { tail: 100 }, ['a', 'b', 'c', 'd…', 'e', '', 'f']],
    ['since a time', { since: parseTimestamp('2026-03-01T12:00:04.5Z') ?? 0n }, ['e', '', 'f']],
  ])('%s', async (_, options, expected) => {
    expect(await texts(options)).toEqual(expected);
  });

  test('stops early without harm', async () => {
    for await (const { stream, time } of readLog(path)) {
      expect([stream, time]).toEqual(['stdout', parseTimestamp('2026-03-01T12:00:00.5Z')]);
      break;
    }
  });

  test('while a rotation is under way there is no current file', async () => {
    rmSync(path);
    expect(await texts({ tail: 2 })).toEqual(['c', 'd…']);
  });

  test('nothing is missed or told twice when files get other names, or go, while they are read', async () => {
    const read: string[] = [];
    for await (const { bytes } of readLog(path)) {
      read.push(Buffer.from(bytes).toString());
      if (read.length > 1) continue;
      rmSync(`${path}.20260301-120001.gz`);
      renameSync(`${path}.20260301-120003`, `${path}.20260301-120003.gz`);
      renameSync(path, `${path}.20260301-120008`);
      writeFileSync(path, entry(9, 'new'));
    }
    expect(read).toEqual(['a', 'b', 'c', 'd', 'e', '', 'f']);
  });

  test('a missing log is an error', async () => {
    for (const name of readdirSync(root)) rmSync(join(root, name));
    await expect(texts({ tail: 1 })).rejects.toThrow('ENOENT');
  });
});

describe('lastLines', () => {
  const many = Array.from({ length: 200 }, (_, index) => `line ${index}`);

  test.each<[string, string, number, number, string]>([
    ['whole', entry(0, 'a') + entry(1, 'b', 'F', 'stderr'), 80, 2048, 'a\nb\n'],
    ['pieces are joined', entry(0, 'a', 'P') + entry(1, 'b', 'F'), 80, 2048, 'ab\n'],
    ['an unfinished last line', entry(0, 'a') + entry(1, 'b', 'P'), 80, 2048, 'a\nb'],
    ['cut by lines', many.map((text) => entry(0, text)).join(''), 3, 2048, 'line 197\nline 198\nline 199\n'],
    ['cut by bytes', many.map((text) => entry(0, text)).join(''), 80, 12, '98\nline 199\n'],
    ['cut at a character', entry(0, 'x€€'), 80, 6, '€\n'],
    ['a long line', entry(0, 'a'.repeat(16_384), 'P') + entry(0, 'b'), 80, 2048, `${'a'.repeat(2046)}b\n`],
    ['many empty lines', entry(0, '').repeat(5000), 80, 2048, '\n'.repeat(80)],
    ['an empty log', '', 80, 2048, ''],
  ])('%s', (_, log, lines, bytes, expected) => {
    writeFileSync(path, log);
    expect(lastLines(path, lines, bytes)).toBe(expected);
  });

  test('no log is an empty text', () => {
    expect(lastLines(path, 80, 2048)).toBe('');
  });
});

test("the kubelet's layout", () => {
  const directory = logDirectory('/logs', makePod(), 'app');
  expect(directory).toBe('/logs/default_web_uid-1/app');
  expect(logFile(directory, 3)).toBe('/logs/default_web_uid-1/app/3.log');
});

test('the highest number of a log, rotated ones included', () => {
  expect(highestLogNumber(join(root, 'none'))).toBeUndefined();
  expect(highestLogNumber(root)).toBeUndefined();
  for (const name of ['2.log', '10.log.20260301-120001.gz', '9.log', 'x.log', '77']) writeFileSync(join(root, name), '');
  expect(highestLogNumber(root)).toBe(10);
});
