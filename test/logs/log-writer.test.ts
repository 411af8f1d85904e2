import fc from 'fast-check';
import { buildSync } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutputLine } from '../../src/logs/container-log.ts';
import { LogWriter } from '../../src/logs/log-writer.ts';
import { readLog } from '../../src/logs/read-log.ts';
import { parseTimestamp } from '../../src/logs/timestamp.ts';

let root: string;
let errors: Error[];
let now: bigint;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'outrider-logs-'));
  errors = [];
  now = parseTimestamp('2026-03-01T12:00:00Z') ?? 0n;
});
afterEach(() => {
  rmSync(root, { recursive: true });
  expect(errors).toEqual([]);
});

const newWriter = (rotation = { maxBytes: 1 << 30, maxFiles: 5 }) =>
  new LogWriter({ onError: (error) => errors.push(error), now: () => now, rotation });

test('entries in the CRI format, their times strictly increasing, written before they are shown', async () => {
  const writer = newWriter();
  const path = join(root, 'pod', 'app', '0.log');
  const shown: (OutputLine & { written: boolean })[] = [];
  const log = writer.open(path, (line) => shown.push({ ...line, written: readFileSync(path, 'utf8').includes(line.text) }));
  log.write('stdout', Buffer.from('one\ntw'));
  log.write('stderr', Buffer.from('wärn\n'));
  log.write('stdout', Buffer.from('o\nrest'));
  expect(readFileSync(path, 'utf8')).toBe('');
  await nextTurn();
  log.close();
  log.write('stdout', Buffer.from('too late\n'));
  await writer.close();
  expect(readFileSync(path, 'utf8')).toBe(
    '2026-03-01T12:00:00.000000000Z stdout F one\n' +
      '2026-03-01T12:00:00.000000001Z stderr F wärn\n' +
      '2026-03-01T12:00:00.000000002Z stdout F two\n' +
      '2026-03-01T12:00:00.000000003Z stdout P rest\n',
  );
  const time = Date.parse('2026-03-01T12:00:00Z');
  expect(shown).toEqual([
    { stream: 'stdout', time, text: 'one', written: true },
    { stream: 'stderr', time, text: 'wärn', written: true },
    { stream: 'stdout', time, text: 'two', written: true },
    { stream: 'stdout', time, text: 'rest', written: true },
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test('a log that is opened again is appended to', async () => {
  const path = join(root, '0.log');
  for (const text of ['a\n', 'b\n']) {
    const writer = newWriter();
    writer.open(path).write('stdout', Buffer.from(text));
    await writer.close();
  }
  expect(readFileSync(path, 'utf8').match(/[ab]$/gm)).toEqual(['a', 'b']);
});

test('what is pending when the process exits is written', () => {
  const path = join(root, '0.log');
  const bundle = join(root, 'program.mjs');
  const contents = `
    import { LogWriter } from './src/logs/log-writer.ts';
    const log = new LogWriter({ onError(error) { throw error; } }).open(${JSON.stringify(path)});
    log.write('stdout', Buffer.from('last words\\n'));
    process.exit(3);`;
  buildSync({ stdin: { contents, resolveDir: process.cwd() }, bundle: true, platform: 'node', format: 'esm', outfile: bundle });
  expect(spawnSync(process.execPath, [bundle], { encoding: 'utf8' })).toMatchObject({ status: 3, stderr: '' });
  expect(readFileSync(path, 'utf8')).toMatch(/^\S+Z stdout F last words\n$/);
});

test('600 logs at once lose nothing', async () => {
  const writer = new LogWriter({ onError: (error) => errors.push(error) });
  const logs = Array.from({ length: 600 }, (_, index) => writer.open(join(root, `${index}`, '0.log')));
  for (let round = 0; round < 20; round++) {
    for (const log of logs) log.write(round % 2 === 0 ? 'stdout' : 'stderr', Buffer.from(`line ${round}\n`));
    if (round % 5 === 0) await nextTurn();
  }
  await writer.close();
  for (const { path } of logs) {
    const lines = readFileSync(path, 'utf8').match(/line \d+$/gm);
    expect(lines).toEqual(Array.from({ length: 20 }, (_, round) => `line ${round}`));
  }
});

test('any chunking of both streams reads back as what was written, byte for byte', async () => {
  let round = 0;
  const size = fc.integer({ min: 0, max: 40_000 });
  const bytes = fc.oneof(
    fc.string().map((text) => Buffer.from(text)),
    size.map((length) => Buffer.alloc(length, 'x')),
    size.map((length) => Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 7) % 251))),
  );
  const chunk = fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), bytes });
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 12 }), async (chunks) => {
      const writer = newWriter();
      const log = writer.open(join(root, `${round++}.log`));
      for (const { stream, bytes } of chunks) log.write(stream, bytes);
      await writer.close();
      const read = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
      for await (const { stream, bytes, partial } of readLog(log.path)) read[stream].push(bytes, Buffer.from(partial ? '' : '\n'));
      for (const stream of ['stdout', 'stderr'] as const) {
        const written = Buffer.concat(chunks.filter((part) => part.stream === stream).map(({ bytes }) => bytes));
        expect(Buffer.concat(read[stream]).equals(written)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

describe('rotation', () => {
  const fill = async (seconds: number, maxFiles: number, names: () => string[]) => {
    const writer = newWriter({ maxBytes: 100, maxFiles });
    const log = writer.open(join(root, '0.log'));
    const seen: string[][] = [];
    for (let second = 0; second < seconds; second++) {
      now += 1_000_000_000n;
      log.write('stdout', Buffer.from(`entry ${second} ${'.'.repeat(80)}\n`));
      log.flush();
      seen.push(names());
    }
    await writer.close();
    return seen;
  };
  const names = () => readdirSync(root).sort();

  test('keeps the newest files, the older ones compressed', async () => {
    await fill(8, 4, names);
    expect(names()).toEqual([
      '0.log',
      expect.stringMatching(/^0\.log\.\d{8}-\d{6}\.gz$/),
      expect.stringMatching(/^0\.log\.\d{8}-\d{6}\.gz$/),
      expect.stringMatching(/^0\.log\.\d{8}-\d{6}$/),
    ]);
    const [current, oldest, , newest] = names().map((name) => readFileSync(join(root, name)));
    expect(current?.toString()).toContain('entry 7');
    expect(newest?.toString()).toContain('entry 6');
    expect(gunzipSync(oldest ?? '').toString()).toContain('entry 4');
  });

  test('never has more files than allowed', async () => {
    for (const count of await fill(9, 3, names)) expect(count.filter((name) => !name.endsWith('.tmp')).length).toBeLessThanOrEqual(3 + 1);
    expect(names()).toHaveLength(3);
  });

  test('is put off when this second has a rotated file already', async () => {
    const writer = newWriter({ maxBytes: 10, maxFiles: 5 });
    const log = writer.open(join(root, '0.log'));
    for (const line of ['a', 'b', 'c', 'd']) {
      log.write('stdout', Buffer.from(`${line}\n`));
      log.flush();
    }
    await writer.close();
    expect(names()).toHaveLength(2);
    expect(readFileSync(join(root, '0.log'), 'utf8').match(/[a-d]$/gm)).toEqual(['b', 'c', 'd']);
  });
});

test('a log that cannot be written is reported and its lines are shown all the same', async () => {
  const writer = newWriter({ maxBytes: 1, maxFiles: 5 });
  const shown: string[] = [];
  const log = writer.open(join(root, 'gone', '0.log'), ({ text }) => shown.push(text));
  log.write('stdout', Buffer.from('a\n'));
  log.flush();
  rmSync(join(root, 'gone'), { recursive: true });
  log.write('stdout', Buffer.from('b\n'));
  await writer.close();
  expect(shown).toEqual(['a', 'b']);
  expect(errors.splice(0).map(({ message }) => message)).toEqual([expect.stringMatching(/^cannot keep the log .*gone\/0\.log: ENOENT/)]);
});
