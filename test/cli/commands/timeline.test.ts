import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TimelineArguments, runTimeline } from '../../../src/cli/commands/timeline.ts';
import { kubeletEvents } from '../../timeline/recordings.ts';
import { capturedIO } from '../captured-io.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'outrider-timeline-'))));
afterEach(() => rm(folder, { recursive: true }));

const run = kubeletEvents('init-sequence')
  .map((event) => JSON.stringify(event))
  .join('\n');
const expectedFolder = new URL('../../../../shared/conformance/expected/', import.meta.url).pathname;

async function timeline(text: string, changes: Partial<TimelineArguments> = {}) {
  const { io, written } = capturedIO(text);
  const options = { files: ['-'], format: undefined, criticalPath: false, output: undefined, ...changes };
  const exitCode = await runTimeline(options, { ...io, env: { COLUMNS: '80' } });
  return { ...written, exitCode };
}

describe('timeline', () => {
  it('draws a run for a terminal of its width', async () => {
    const { stdout, stderr, exitCode } = await timeline(run);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toMatch(/^init-sequence {2}Ready after 4\.05s; Completed after \d+\.\d+s\n/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('prints the critical path', async () => {
    expect((await timeline(run, { criticalPath: true })).stdout).toMatch(/^init-sequence Ready @4\.05s\n└─m @/);
    const { items } = JSON.parse((await timeline(run, { criticalPath: true, format: 'json' })).stdout) as { items: object[] };
    expect(items).toMatchObject([{ run: 0, name: 'init-sequence', goal: 'ready', atMs: 4046 }]);
  });

  it.each([
    ['svg', /^<svg /],
    ['html', /^<!doctype html>/],
    ['mermaid', /^gantt\n/],
    ['json', /^\{\n {2}"runs"/],
  ] as const)('draws %s', async (format, expected) => {
    expect((await timeline(run, { format })).stdout).toMatch(expected);
  });

  it('writes a file, in the format that its name says', async () => {
    const output = path.join(folder, 'run.svg');
    expect(await timeline(run, { output })).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    expect(await readFile(output, 'utf8')).toMatch(/^<svg /);
    await expect(timeline(run, { output: path.join(folder, 'no', 'run.svg') })).rejects.toThrow(/run\.svg: cannot be written/);
  });

  it('lays runs over one another, a recording of a kubelet among them', async () => {
    const { stdout } = await timeline(run, { files: [path.join(expectedFolder, 'init-sequence.json'), '-'], format: 'json' });
    const { runs, pods } = JSON.parse(stdout) as {
      runs: { label: string }[];
      pods: { run: number; createdMs: number; containers: object[] }[];
    };
    expect(runs.map(({ label }) => label)).toEqual(['init-sequence', 'stdin']);
    expect(pods.map(({ run: index, createdMs }) => [index, createdMs])).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect(pods[0]?.containers).toEqual(pods[1]?.containers);
  });

  it('reads what kubectl prints: indented objects, lists, and a watch that was stopped', async () => {
    const objects = run.split('\n').map((line) => (JSON.parse(line) as { object: { kind: string } }).object);
    const pods = objects.filter(({ kind }) => kind === 'Pod');
    expect((await timeline(pods.map((pod) => JSON.stringify(pod, null, 4)).join('\n'))).stdout).toContain('init-sequence');
    expect((await timeline(JSON.stringify({ kind: 'List', apiVersion: 'v1', items: objects }))).stdout).toContain('init-sequence');
    const { stdout, stderr } = await timeline(run.slice(0, -100));
    expect(stdout).toContain('init-sequence');
    expect(stderr).toMatch(/^note: stdin:\d+: the file breaks off here/);
  });

  it('tells runs of the same file name apart', async () => {
    const files = [path.join(folder, 'a.ndjson'), path.join(folder, 'a.json')];
    for (const file of files) await writeFile(file, run);
    const { stdout } = await timeline('', { files });
    for (const file of files) expect(stdout).toContain(file.slice(0, 40));
  });

  it.each([
    ['', /no Pod found; expected what `outrider run FILE -o json`/],
    ['{"kind":"List","apiVersion":"v1","items":[]}', /no Pod found/],
    ['[1]', /^stdin:1:1: expected what `outrider run FILE -o json`.*found a value without `kind`/],
    ['kind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: c}]}', /Pod x has no status: it has not run/],
    ['{"type":"ADDED","time":"soon","object":{"kind":"Pod"}}', /time: expected RFC 3339, found "soon"/],
    ['{"kind":"Pod","status":{"phase":1}}', /json: cannot unmarshal number/],
    ['a: b: c', /^stdin:1:\d+: /],
  ])('refuses %j', async (text, message) => {
    await expect(timeline(text)).rejects.toThrow(message);
  });

  it('refuses to draw a critical path alone', async () => {
    await expect(timeline(run, { criticalPath: true, format: 'svg' })).rejects.toMatchObject({ exitCode: 2 });
  });
});
