import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
