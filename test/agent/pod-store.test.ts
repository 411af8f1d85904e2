import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PodStore } from '../../src/agent/pod-store.ts';
import { makeRecord } from './records.ts';

let stateDirectory: string;
let warnings: string[];
const open = (): PodStore => new PodStore({ stateDirectory, warn: (line) => warnings.push(line) });
const files = (): string[] => readdirSync(join(stateDirectory, 'records'));

beforeEach(() => {
  stateDirectory = mkdtempSync(join(tmpdir(), 'outrider-store-'));
  warnings = [];
});
afterEach(() => rmSync(stateDirectory, { recursive: true }));

test('what was written is there for the next one, and only for its owner', async () => {
  const record = makeRecord();
  await open().write(record);
  expect(open().readAll()).toEqual([record]);
  expect(files()).toEqual(['default_web.json']);
  expect(statSync(join(stateDirectory, 'records', 'default_web.json')).mode & 0o777).toBe(0o600);
  expect(statSync(join(stateDirectory, 'records')).mode & 0o777).toBe(0o700);
});

test('of many changes the last one is on disk, in few writes', async () => {
  const store = open();
  const record = makeRecord();
  for (let generation = 1; generation <= 1000; generation++) {
    store.put({ ...record, pod: { ...record.pod, metadata: { ...record.pod.metadata, generation } } });
  }
  await store.flush();
  expect(store.read('default/web')?.pod.metadata.generation).toBe(1000);
});

test('a removed record does not come back with a change that was still to be written', async () => {
  const store = open();
  await store.write(makeRecord());
  store.put(makeRecord());
  await store.remove('default/web');
  await store.flush();
  expect(files()).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['half a record', (text: string) => text.slice(0, text.length / 2)],
  ['other JSON', '[1]'],
  ['null', 'null'],
  ['a record of another version', (text: string) => text.replace('"version":1', '"version":2')],
  ['an invalid Pod', (text: string) => text.replace('"restartPolicy":"Always"', '"restartPolicy":"Often"')],
])('a file with %s is set aside with a warning; the other records are read', async (_, content) => {
  const store = open();
  await store.write(makeRecord());
  await store.write(makeRecord({ name: 'db' }));
  const path = join(stateDirectory, 'records', 'default_web.json');
  writeFileSync(path, typeof content === 'string' ? content : content(readFileSync(path, 'utf8')));
  expect(
    open()
      .readAll()
      .map(({ pod }) => pod.metadata.name),
  ).toEqual(['db']);
  expect(warnings).toEqual([expect.stringContaining('default_web.json: is no record of a Pod')]);
  expect(files()).toEqual(['default_db.json', 'default_web.json.broken']);
  expect(open().readAll()).toHaveLength(1);
});

test('a write that was cut by a crash leaves the record as it was before', async () => {
  await open().write(makeRecord());
  writeFileSync(join(stateDirectory, 'records', 'default_web.json.tmp'), '{"version":1,"pod":');
  expect(open().readAll()).toEqual([makeRecord()]);
});

test('names that are too long for a file are told apart', async () => {
  const store = open();
  const names = ['a', 'b'].map((end) => 'x'.repeat(240) + end);
  for (const name of names) await store.write(makeRecord({ name }));
  expect(names.map((name) => store.read(`default/${name}`)?.pod.metadata.name)).toEqual(names);
});
