import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManifestFolder } from '../../src/agent/manifest-folder.ts';
import type { StaticWorkloads } from '../../src/agent/static-pods.ts';
import { errorLines } from '../../src/cli/manifest-report.ts';

let base: string;
let directory: string;
let folder: ManifestFolder;
let notices: string[];
let wanted: StaticWorkloads[];
let told: () => void;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'outrider-folder-'));
  directory = join(base, 'manifests');
  mkdirSync(directory);
  notices = [];
  wanted = [];
  told = () => undefined;
  folder = new ManifestFolder({
    directory,
    standInsName: 'stand-ins.yaml',
    read: (files) => Promise.resolve({ sources: files.map((file) => ({ file, text: readFileSync(file, 'utf8') })), problems: [] }),
    errorLines,
    changed: (now) => {
      wanted.push(now);
      told();
    },
    notice: (line) => notices.push(line),
  });
});
afterEach(() => {
  folder.close();
  rmSync(base, { recursive: true });
});

const put = (name: string, text: string): void => writeFileSync(join(directory, name), text);
const pod = (name: string, image = 'app:1'): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: app, image: "${image}"}]}\n`;
const names = (): string[] => (wanted.at(-1)?.workloads ?? []).map(({ name }) => name);

/** Once the folder wants something that fits. */
function until(fits: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    told = () => {
      if (fits()) resolve();
    };
    told();
  });
}

test('all documents of all files, but for hidden and other ones, in the order of names', async () => {
  put('b.yaml', pod('three'));
  put('a.yml', pod('one') + pod('two') + '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {a: "1"}\n');
  put('.a.yaml.swp', pod('hidden'));
  put('.hidden.yaml', pod('hidden'));
  put('a.yaml~', pod('backup'));
  put('README.md', 'text');
  put('stand-ins.yaml', 'images: {}');
  await folder.start();
  expect(names()).toEqual(['one', 'two', 'three']);
  expect(wanted.at(-1)?.objects.configMaps.map(({ metadata }) => metadata?.name)).toEqual(['config']);
  expect(wanted.at(-1)?.standIns).toEqual([join(directory, 'stand-ins.yaml')]);
  expect(notices).toEqual([]);
});

test('files that come, are replaced and go', async () => {
  await folder.start();
  put('a.yaml', pod('one'));
  await until(() => names().join() === 'one');
  put('new.tmp', pod('other'));
  renameSync(join(directory, 'new.tmp'), join(directory, 'a.yaml'));
  await until(() => names().join() === 'other');
  rmSync(join(directory, 'a.yaml'));
  await until(() => names().join() === '');
});

test('an invalid file is named once with the place, and what it wanted is wanted still', async () => {
  put('a.yaml', pod('one'));
  await folder.start();
  put('a.yaml', pod('one').replace('image', 'imag'));
  put('b.yaml', pod('two'));
  await until(() => names().length === 2);
  put('c.yaml', pod('three'));
  await until(() => names().length === 3);
  expect(names()).toEqual(['one', 'two', 'three']);
  expect(notices.filter((line) => line.startsWith(join(directory, 'a.yaml:5:')))).toHaveLength(notices.length);
  const lines = notices.length;
  expect(lines).toBeGreaterThan(0);
  put('a.yaml', pod('mended'));
  await until(() => names().includes('mended'));
  expect(notices).toHaveLength(lines);
});

test('the same file has the same UIDs again, another content has others', async () => {
  put('a.yaml', pod('one'));
  await folder.start();
  const uid = (): string => wanted.at(-1)?.workloads[0]?.pod.metadata.uid ?? '';
  const first = uid();
  expect(first).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  put('a.yaml', pod('one', 'app:2'));
  await until(() => uid() !== first);
  put('a.yaml', pod('one'));
  await until(() => uid() === first);
});

test('a folder that goes leaves its Pods as they are', async () => {
  put('a.yaml', pod('one'));
  await folder.start();
  renameSync(directory, join(base, 'away'));
  await expect.poll(() => notices, { timeout: 5000 }).toEqual([expect.stringContaining('cannot be read')]);
  expect(names()).toEqual(['one']);
  expect(wanted).toHaveLength(1);
});
