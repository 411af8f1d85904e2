import { appendFileSync, mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followLog } from '../../src/logs/follow-log.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-follow-'));
  path = join(folder, '0.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (number: number): string => `2026-03-01T12:00:00.${String(number).padStart(9, '0')}Z stdout F line ${number}\n`;

interface Reader {
  readonly next: () => Promise<string | undefined>;
  readonly ended: AbortController;
  readonly left: AbortController;
}

function follow(tail?: number): Reader {
  const [ended, left] = [new AbortController(), new AbortController()];
  const entries = followLog(path, { ended: ended.signal, signal: left.signal, ...(tail !== undefined && { tail }) });
  const next = async (): Promise<string | undefined> => {
    const result = await entries.next();
    return result.done === true ? undefined : Buffer.from(result.value.bytes).toString();
  };
  return { next, ended, left };
}

test('what is there, what is written then, also in pieces of a line, and what comes last', async () => {
  writeFileSync(path, line(1) + line(2));
  const { next, ended } = follow(1);
  expect(await next()).toBe('line 2');
  appendFileSync(path, line(3));
  expect(await next()).toBe('line 3');
  appendFileSync(path, line(4).slice(0, 20));
  const fourth = next();
  appendFileSync(path, line(4).slice(20));
  expect(await fourth).toBe('line 4');
  ended.abort();
  appendFileSync(path, line(5));
  expect(await next()).toBe('line 5');
  expect(await next()).toBeUndefined();
});

test('nothing is missed or told twice over a rotation', async () => {
  writeFileSync(path, line(1));
  const { next, ended } = follow();
  expect(await next()).toBe('line 1');
  appendFileSync(path, line(2));
  renameSync(path, `${path}.20260301-120000`);
  writeFileSync(path, line(3));
  expect([await next(), await next()]).toEqual(['line 2', 'line 3']);
  appendFileSync(path, line(4));
  ended.abort();
  expect([await next(), await next()]).toEqual(['line 4', undefined]);
});

/** Source: proc_pid_fd(5). */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      // That of the folder itself.
      return '';
    }
  });
}

test('nothing is missed by who reads slowly, over many rotations', async () => {
  writeFileSync(path, line(0));
  const { next, ended } = follow();
  expect(await next()).toBe('line 0');
  // Followers look when the loop turns; what is rotated is soon compressed.
  for (let number = 1; number <= 5; number++) {
    appendFileSync(path, line(2 * number - 1));
    renameSync(path, `${path}.20260301-12000${number}`);
    writeFileSync(path, line(2 * number));
    await vi.waitFor(() => expect(openFiles()).toContain(path));
    rmSync(`${path}.20260301-12000${number}`);
  }
  ended.abort();
  const rest: (string | undefined)[] = [];
  for (let text = await next(); text !== undefined; text = await next()) rest.push(text);
  expect(rest).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 1}`));
});

test('an engine may write a little more into the file before', async () => {
  writeFileSync(path, line(1));
  const { next, left } = follow();
  expect(await next()).toBe('line 1');
  renameSync(path, `${path}.20260301-120000`);
  writeFileSync(path, line(3));
  expect(await next()).toBe('line 3');
  appendFileSync(`${path}.20260301-120000`, line(2));
  expect(await next()).toBe('line 2');
  left.abort();
  expect(await next()).toBeUndefined();
});

test('of the last lines, those in the rotated files, and what follows', async () => {
  writeFileSync(`${path}.20260301-120000.gz`, gzipSync(line(1) + line(2)));
  writeFileSync(path, line(3));
  const { next, ended } = follow(2);
  expect([await next(), await next()]).toEqual(['line 2', 'line 3']);
  appendFileSync(path, line(4));
  ended.abort();
  expect([await next(), await next()]).toEqual(['line 4', undefined]);
});

test('who leaves is let go', async () => {
  writeFileSync(path, '');
  const { next, left } = follow();
  const nothing = next();
  left.abort();
  expect(await nothing).toBeUndefined();
});

test('there is no log', async () => {
  await expect(follow().next()).rejects.toThrow('ENOENT');
});
