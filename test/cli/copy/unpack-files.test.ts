import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, type Pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packFiles } from '../../../src/cli/copy/pack-files.ts';
import { unpackFiles } from '../../../src/cli/copy/unpack-files.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'outrider-unpack-'))));
afterEach(() => rmSync(folder, { recursive: true }));

type Header = Parameters<Pack['entry']>[0];

/** Unpacks entries that claim to be of `source`, and gives the warnings. */
async function unpack(source: string, target: string, entries: readonly (Header & { text?: string })[]): Promise<string[]> {
  const made = pack();
  for (const { text, ...header } of entries) made.entry(header, text ?? '');
  made.finalize();
  return receive(made as AsyncIterable<Uint8Array>, source, target);
}

async function receive(chunks: AsyncIterable<Uint8Array>, source: string, target: string): Promise<string[]> {
  const warnings: string[] = [];
  const { archive, done } = unpackFiles(source, target, (line) => warnings.push(line));
  const sent = (async () => {
    for await (const chunk of chunks) archive.write(chunk);
    archive.end(null);
  })();
  await Promise.all([done, sent]);
  return warnings;
}

describe('unpackFiles', () => {
  it('gives back what packFiles has packed', async () => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    mkdirSync(join(from, 'sub/empty'), { recursive: true });
    writeFileSync(join(from, 'script'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(from, 'sub/none'), '');
    symlinkSync('script', join(from, 'link'));
    const warnings = await receive(
      packFiles(from, 'data', () => undefined),
      '/data',
      to,
    );
    expect(readdirSync(to, { recursive: true }).sort()).toEqual(['script', 'sub', 'sub/empty', 'sub/none']);
    expect(readFileSync(join(to, 'script'), 'utf8')).toBe('#!/bin/sh\n');
    expect(lstatSync(join(to, 'script')).mode & 0o777).toBe(0o755);
    expect(warnings).toEqual([`warning: skipping symlink: "${to}/link" -> "script"`]);
  });

  it('writes a file under its new name, or into a folder', async () => {
    await unpack('/etc/app.conf', join(folder, 'mine'), [{ name: 'etc/app.conf', text: 'x' }]);
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('x');
    mkdirSync(join(folder, 'into'));
    await unpack('/etc/app.conf', join(folder, 'into'), [{ name: 'etc/app.conf', text: 'y' }]);
    expect(readFileSync(join(folder, 'into/app.conf'), 'utf8')).toBe('y');
  });

  it('writes nothing outside of the target', async () => {
    const target = join(folder, 'target');
    writeFileSync(join(folder, 'secret'), 'mine');
    await expect(unpack('/data', target, [{ name: '../secret', text: 'evil' }])).rejects.toThrow('tar contents corrupted');
    await expect(unpack('/data', target, [{ name: 'data/../../secret', text: 'evil' }])).rejects.toThrow('tar contents corrupted');
    await expect(unpack('/data', target, [{ name: 'other', text: 'evil' }])).rejects.toThrow('tar contents corrupted');
    expect(await unpack('/data', target, [{ name: 'data/hard', type: 'link', linkname: 'data/../../secret' }])).toHaveLength(1);
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('mine');
  });

  it('follows no link that is in the target already', async () => {
    const target = join(folder, 'target');
    mkdirSync(join(folder, 'elsewhere'));
    mkdirSync(target);
    symlinkSync('../elsewhere', join(target, 'sub'));
    await expect(unpack('/data', target, [{ name: 'data/sub/x', text: 'evil' }])).rejects.toThrow('is no folder');
    writeFileSync(join(folder, 'secret'), 'mine');
    symlinkSync('../secret', join(target, 'file'));
    await unpack('/data', target, [{ name: 'data/file', text: 'new' }]);
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('mine');
    expect(readFileSync(join(target, 'file'), 'utf8')).toBe('new');
  });
});
