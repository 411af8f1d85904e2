import fc from 'fast-check';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeAtomically } from '../../src/volumes/atomic-writer.ts';
import type { Payload } from '../../src/volumes/payload.ts';

let root: string;
let directory: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'outrider-volume-'));
  directory = join(root, 'volume');
  mkdirSync(directory);
});
afterEach(() => rmSync(root, { recursive: true }));

type Files = Readonly<Record<string, string>>;

const payload = (files: Files, mode = 0o644): Payload =>
  new Map(Object.entries(files).map(([path, text]) => [path, { data: Buffer.from(text), mode }]));

/** What a container sees: all files, links followed, without the names that begin with two dots. */
function visible(path = directory): Files {
  return Object.fromEntries(
    readdirSync(path)
      .filter((name) => !name.startsWith('..'))
      .flatMap((name) => {
        const child = join(path, name);
        if (!statSync(child).isDirectory()) return [[name, readFileSync(child, 'utf8')]];
        return Object.entries(visible(child)).map(([rest, text]) => [`${name}/${rest}`, text]);
      }),
  );
}

const versions = () => readdirSync(directory).filter((name) => name.startsWith('..') && name !== '..data');

test('files are links through ..data into a folder named after the time', async () => {
  const files = { top: '1', 'a/b/c': '2', 'a/d': '' };
  expect(await writeAtomically(directory, payload(files, 0o600), { now: () => new Date('2026-03-01T12:34:56.789Z') })).toBe(true);
  expect(visible()).toEqual(files);
  expect(readdirSync(directory).sort()).toEqual([expect.stringMatching(/^\.\.2026_03_01_12_34_56\.\w+$/), '..data', 'a', 'top']);
  expect([readlinkSync(join(directory, 'top')), readlinkSync(join(directory, 'a'))]).toEqual(['..data/top', '..data/a']);
  expect(statSync(join(directory, 'a/b/c')).mode & 0o7777).toBe(0o600);
  expect(statSync(join(directory, 'a/b')).mode & 0o7777).toBe(0o755);
  expect(statSync(join(directory, '..data')).mode & 0o7777).toBe(0o755);
});

test('modes do not depend on the umask', async () => {
  const mask = process.umask(0o077);
  try {
    await writeAtomically(directory, payload({ a: '1', 'd/e': '2' }, 0o666));
  } finally {
    process.umask(mask);
  }
  expect([statSync(join(directory, 'a')).mode & 0o777, statSync(join(directory, 'd')).mode & 0o777]).toEqual([0o666, 0o755]);
});

test('the same content is not written again', async () => {
  await writeAtomically(directory, payload({ a: '1', 'd/e': '2' }));
  const before = versions();
  expect(await writeAtomically(directory, payload({ a: '1', 'd/e': '2' }))).toBe(false);
  expect(versions()).toEqual(before);
});

test('what vanished is removed, what is new appears, the old version goes', async () => {
  await writeAtomically(directory, payload({ a: '1', 'd/e': '2', 'd/f': '3' }));
  expect(await writeAtomically(directory, payload({ a: 'x', 'd/e': '2', g: '4' }))).toBe(true);
  expect(visible()).toEqual({ a: 'x', 'd/e': '2', g: '4' });
  expect(versions()).toHaveLength(1);
  expect(await writeAtomically(directory, new Map())).toBe(true);
  expect(readdirSync(directory).filter((name) => !name.startsWith('..'))).toEqual([]);
});

test('until everything is prepared the old version is seen', async () => {
  await writeAtomically(directory, payload({ a: 'old' }));
  let seen: Files = {};
  const prepare = () => {
    seen = visible();
    return Promise.reject(new Error('no such group'));
  };
  await expect(writeAtomically(directory, payload({ b: 'new' }), { prepare })).rejects.toThrow('no such group');
  expect([seen, visible()]).toEqual([{ a: 'old' }, { a: 'old' }]);
  await writeAtomically(directory, payload({ b: 'new' }));
  expect(visible()).toEqual({ b: 'new' });
  expect(versions()).toHaveLength(1);
});

describe('after a crash', () => {
  test.each<[string, () => void]>([
    ['a version that was not finished', () => mkdirSync(join(directory, '..2020_01_01_00_00_00.x/d'), { recursive: true })],
    ['a link that was not moved', () => symlinkSync('..2020_01_01_00_00_00.x', join(directory, '..data_tmp'))],
    ['names that were not linked', () => rmSync(join(directory, 'a'))],
    ['a lost ..data', () => rmSync(join(directory, '..data'))],
    ['names that were not removed', () => symlinkSync('..data/gone', join(directory, 'gone'))],
  ])('%s', async (_, damage) => {
    await writeAtomically(directory, payload({ a: '1', b: '2' }));
    damage();
    await writeAtomically(directory, payload({ a: '1', b: '2' }));
    expect(visible()).toEqual({ a: '1', b: '2' });
    expect(versions()).toHaveLength(1);
  });
});

describe('links that lead out of the volume are not followed', () => {
  beforeEach(() => {
    mkdirSync(join(root, 'outside'));
    writeFileSync(join(root, 'outside/a'), 'precious');
  });
  afterEach(() => expect(readFileSync(join(root, 'outside/a'), 'utf8')).toBe('precious'));

  test.each<[string, () => void]>([
    ['as ..data', () => symlinkSync('../outside', join(directory, '..data'))],
    [
      'as a version',
      () => {
        symlinkSync('../outside', join(directory, '..2020_x'));
        symlinkSync('..2020_x', join(directory, '..data'));
      },
    ],
    ['as a name', () => symlinkSync('../outside/a', join(directory, 'a'))],
    ['as a folder', () => symlinkSync('../outside', join(directory, 'd'))],
    [
      'in place of a file of the current version',
      () => {
        mkdirSync(join(directory, '..2020_x'));
        symlinkSync('../../outside/a', join(directory, '..2020_x/a'));
        symlinkSync('..2020_x', join(directory, '..data'));
      },
    ],
  ])('%s', async (_, attack) => {
    attack();
    await writeAtomically(directory, payload({ a: 'mine', 'd/a': 'mine too' }));
    expect(visible()).toEqual({ a: 'mine', 'd/a': 'mine too' });
    expect(lstatSync(join(directory, 'a')).isSymbolicLink()).toBe(true);
  });
});

test.each([
  ['', 'must not be empty'],
  ['/a', 'must be relative path'],
  ['a/../b', "must not contain '..'"],
  ['..a', "must not start with '..'"],
  ['a'.repeat(256), 'filenames must be less than or equal to 255 characters'],
  [`a${'/a'.repeat(2048)}`, 'must be less than or equal to 4096 characters'],
])('the path %.20s is refused and nothing is written', async (path, problem) => {
  await expect(writeAtomically(directory, payload({ ok: '1', [path]: '2' }))).rejects.toThrow(`invalid path: ${problem}: ${path}`);
  expect(readdirSync(directory)).toEqual([]);
});

test('any sequence of contents ends with the last one and nothing else', async () => {
  const name = fc.constantFrom('a', 'b', 'c/d', 'c/e', 'f/g/h');
  const contents = fc.array(fc.dictionary(name, fc.constantFrom('', '1', '2'), { noNullPrototype: true }), { minLength: 1, maxLength: 6 });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(contents, async (sequence) => {
      directory = join(root, `volume-${round++}`);
      mkdirSync(directory);
      for (const files of sequence) {
        await writeAtomically(directory, payload(files));
        expect(visible()).toEqual(files);
      }
      expect(versions()).toHaveLength(1);
      expect(existsSync(join(directory, '..data'))).toBe(true);
    }),
    { numRuns: 60 },
  );
});
