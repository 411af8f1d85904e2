import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogFollower } from '../../../src/runtimes/containers/log-follower.ts';

let folder: string;
let path: string;
let follower: LogFollower;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-follower-'));
  path = join(folder, '0.log');
});
afterEach(() => {
  follower.leave();
  rmSync(folder, { recursive: true });
});

const line = (text: string): string => `2026-03-01T12:00:00.5Z stdout F ${text}\n`;
/** More than a file may have. */
const long = 'x'.repeat(100);

/** Follows a log whose engine does this when it is to go on in a new file. */
async function follow(reopen: () => Promise<void>, isTakenOver = false): Promise<string[]> {
  const shown: string[] = [];
  const logs = { rotation: { maxBytes: 100, maxFiles: 3 } };
  const show = ({ text }: { text: string }): void => void shown.push(text);
  follower = new LogFollower({ engine: { reopenContainerLog: reopen }, logs, id: 'id', path, isTakenOver, show });
  await follower.begin();
  return shown;
}

async function startNew(): Promise<void> {
  await writeFile(path, '');
}

test('a log that has grown too large is rotated, and what comes before, meanwhile and then is shown', async () => {
  const shown = await follow(() => {
    // The engine has not looked yet, and has a little left for the old file.
    const [, old = ''] = readdirSync(folder).length === 1 ? ['', ...readdirSync(folder)] : [];
    writeFileSync(path, line('new'));
    appendFileSync(join(folder, old), line('late'));
    return Promise.resolve();
  });
  appendFileSync(path, line('first') + line(long));
  await vi.waitFor(() => expect(shown.toSorted()).toEqual(['first', 'late', 'new', long]));
  expect(readdirSync(folder)).toEqual(['0.log', expect.stringMatching(/^0\.log\.\d{8}-\d{6}$/)]);
  appendFileSync(path, line('last'));
  await follower.end(true);
  expect(shown.at(-1)).toBe('last');
});

test('an engine that cannot go on in a new file has the old one back', async () => {
  let calls = 0;
  const shown = await follow(() => {
    calls++;
    return Promise.reject(new Error('container is not running'));
  });
  appendFileSync(path, line(long));
  await vi.waitFor(() => expect([calls > 0, readdirSync(folder)]).toEqual([true, ['0.log']]));
  await follower.end(true);
  expect(readFileSync(path, 'utf8')).toBe(line(long));
  expect(shown).toEqual([long]);
});

test('who takes over ends a rotation that was begun', async () => {
  writeFileSync(path, line('before'));
  renameSync(path, `${path}.20260301-120000`);
  const shown = await follow(startNew, true);
  appendFileSync(path, line('after'));
  await vi.waitFor(() => expect(shown).toEqual(['after']));
});

test('the log of a container that has ended stays as it is', async () => {
  const shown = await follow(startNew);
  writeFileSync(path, line(long));
  await follower.end(true);
  expect(shown).toEqual([long]);
  expect(readdirSync(folder)).toEqual(['0.log']);
});
