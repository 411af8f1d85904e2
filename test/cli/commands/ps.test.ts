import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPs } from '../../../src/cli/commands/ps.ts';
import { limits } from '../../../src/manifest/limits.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const everything = {
  names: [],
  namespace: 'default',
  stateDir: undefined,
  allNamespaces: false,
  noHeaders: false,
  watch: false,
  now: () => now,
};
const web = pod('web', { phase: 'Running', containerStatuses: [running('app', 3, '2026-01-01T00:55:00Z')] }, '2025-12-30T23:00:00Z');
const db = pod('postgres-0', { phase: 'Pending' });

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'outrider-ps-'))));
afterEach(() => rm(folder, { recursive: true }));

async function ps(text: string, output: 'text' | 'json' = 'text') {
  let [stdout, stderr] = ['', ''];
  const stdin = (async function* () {
    await Promise.resolve();
    yield Buffer.from(text);
  })();
  const io = { stdin, stdout: { write: (chunk: string) => (stdout += chunk) }, stderr: { write: (chunk: string) => (stderr += chunk) } };
  const exitCode = await runPs({ ...everything, from: ['-'], output }, io);
  return { stdout, stderr, exitCode };
}

describe('ps', () => {
  const both =
    'NAME         READY   STATUS    RESTARTS     AGE\nweb          1/1     Running   3 (5m ago)   26h\npostgres-0   0/1     Pending   0            <unknown>\n';

  it.each([
    ['a List', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [web, db] })],
    ['a PodList whose items do not say what they are', JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [bare(web), bare(db)] })],
    ['one Pod a line', `${JSON.stringify(web)}\n${JSON.stringify(db)}\n`],
    ['documents', `---\n${JSON.stringify(web)}\n---\n${JSON.stringify(db)}\n`],
    ['indented JSON texts', `${JSON.stringify(web, null, 2)}\n${JSON.stringify(db, null, 2)}`],
    ['other kinds beside', JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [{ kind: 'Service', apiVersion: 'v1' }, web, db] })],
    [
      'watch events, of which the last of a Pod counts',
      [
        event('ADDED', { ...web, status: { phase: 'Pending' } }),
        event('ADDED', db),
        event('ADDED', { kind: 'Event', apiVersion: 'v1' }),
        event('ADDED', pod('gone', { phase: 'Running' })),
        event('MODIFIED', web),
        event('DELETED', pod('gone', { phase: 'Running' })),
      ].join('\n'),
    ],
  ])('prints %s as kubectl does', async (_, text) => {
    expect(await ps(text)).toEqual({ stdout: both, stderr: '', exitCode: 0 });
  });

  it('reads YAML', async () => {
    const { stdout } = await ps(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: x}]}\nstatus: {phase: Failed, reason: Evicted}\n',
    );
    expect(stdout).toBe('NAME   READY   STATUS    RESTARTS   AGE\na      0/1     Evicted   0          <unknown>\n');
  });

  it('prints JSON', async () => {
    const { stdout } = await ps(JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [web, db] }), 'json');
    expect(JSON.parse(stdout)).toEqual({
      items: [
        { name: 'web', ready: '1/1', status: 'Running', restarts: 3 },
        { name: 'postgres-0', ready: '0/1', status: 'Pending', restarts: 0 },
      ],
    });
  });

  it('agrees with all that was recorded', async () => {
    const rows = readFileSync(new URL('../../../../shared/conformance/columns.ndjson', import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { pod: { metadata: { name: string } } });
    const { stdout } = await ps(JSON.stringify({ kind: 'List', apiVersion: 'v1', items: rows.map((row) => row.pod) }), 'json');
    expect((JSON.parse(stdout) as { items: unknown }).items).toEqual(
      rows.map(({ pod: { metadata }, ...cells }) => ({ name: metadata.name, ...cells })),
    );
  });

  it('reads the Pods of a large cluster', async () => {
    const items = Array.from({ length: 5000 }, (_, index) => ({
      ...web,
      metadata: { name: `pod-${index}`, annotations: { note: 'x'.repeat(2000) } },
    }));
    const { stdout } = await ps(JSON.stringify({ kind: 'List', apiVersion: 'v1', items }, null, 4));
    expect(stdout.trimEnd().split('\n')).toHaveLength(5001);
  });

  it('reads no more YAML than a manifest has', async () => {
    await expect(ps(`a: b\n${'#\n'.repeat(limits.fileBytes)}`)).rejects.toThrow('stdin: is no JSON, and larger than the 4 MiB of YAML');
  });

  it('reads folders and several files', async () => {
    await writeFile(path.join(folder, 'a.json'), JSON.stringify(web));
    await writeFile(path.join(folder, 'b.yaml'), JSON.stringify(db));
    let stdout = '';
    const io = { stdin: process.stdin, stdout: { write: (chunk: string) => (stdout += chunk) }, stderr: { write: () => true } };
    await runPs({ ...everything, from: [folder, path.join(folder, 'a.json')], output: 'text' }, io);
    expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual(['NAME', 'web', 'postgres-0', 'web', '']);
  });

  it('says when there are none', async () => {
    expect(await ps('{"kind":"List","apiVersion":"v1","items":[]}')).toEqual({ stdout: '', stderr: 'No Pods found.\n', exitCode: 0 });
    expect((await ps('{"kind":"List","apiVersion":"v1","items":[]}', 'json')).stdout).toBe('{\n  "items": []\n}\n');
  });

  it('lets no name write to the terminal', async () => {
    const { stdout } = await ps(JSON.stringify(pod('a\u001B[2J\nb', { phase: 'Running\u0007' })));
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it.each([
    ['{"kind": "Pod", ', /^stdin:\d+:\d+: /],
    ['NAME READY\nweb 1/1', /^stdin:1:1: expected Pods as `kubectl get pods -o json` prints them/],
    ['[1]', /^stdin:1:1: expected Pods/],
    [JSON.stringify({ ...web, status: 'Running' }), /^stdin:1:\d+: json: cannot unmarshal string into .*status/],
    [JSON.stringify({ ...web, status: { containerStatuses: [{ restartCount: 'x' }] } }), /^stdin:1:\d+: json: cannot unmarshal string/],
  ])('refuses %j', async (text, message) => {
    await expect(ps(text)).rejects.toThrow(message);
  });
});

function pod(name: string, status: object, creationTimestamp?: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(creationTimestamp && { creationTimestamp }) },
    spec: { containers: [{ name: 'app' }] },
    status,
  };
}

function running(name: string, restartCount: number, finishedAt: string) {
  return { name, ready: true, restartCount, state: { running: {} }, lastState: { terminated: { exitCode: 1, finishedAt } } };
}

function bare({ metadata, spec, status }: ReturnType<typeof pod>) {
  return { metadata, spec, status };
}

function event(type: string, object: object): string {
  return JSON.stringify({ type, time: '2026-01-01T00:00:00.000Z', object });
}
