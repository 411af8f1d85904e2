import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runResources } from '../../../src/cli/commands/resources.ts';
import { conformanceLines } from '../../pod/conformance-data.ts';
import { capturedIO } from '../captured-io.ts';

interface Recorded {
  readonly pod: { readonly metadata: { readonly name: string } };
  readonly requests: Record<string, string>;
  readonly limits: Record<string, string>;
  readonly qosClass: string;
}

interface Item {
  readonly file: string;
  readonly name: string;
  readonly requests: Record<string, string>;
  readonly limits: Record<string, string>;
  readonly qosClass: string;
  readonly phases: readonly { readonly phase: string; readonly container?: string; readonly requests: Record<string, string> }[];
}

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function resources(files: string[], output: 'text' | 'json', stdin?: string): Promise<Outcome> {
  const { io, written } = capturedIO(stdin);
  return { exitCode: await runResources({ files, output }, { ...io, env: {} }), ...written };
}

function itemsOf({ stdout }: Outcome): Item[] {
  return (JSON.parse(stdout) as { items: Item[] }).items;
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'outrider-resources-'))));
afterAll(() => rm(folder, { recursive: true }));

const pod = (name: string, rest: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n${rest}`;
const container = (name: string, requests: string): string => `{name: ${name}, image: i, resources: {requests: {${requests}}}}`;

describe('outrider resources -o json', () => {
  it('has of every recorded Pod what the API has', async () => {
    const recorded = conformanceLines<Recorded>('resources.ndjson');
    const outcome = await resources(['-'], 'json', recorded.map(({ pod }) => JSON.stringify(pod)).join('\n'));
    expect({ exitCode: outcome.exitCode, stderr: outcome.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const found = itemsOf(outcome).map(({ name, requests, limits, qosClass }) => ({ name, requests, limits, qosClass }));
    expect(found).toEqual(recorded.map(({ pod, requests, limits, qosClass }) => ({ name: pod.metadata.name, requests, limits, qosClass })));
  });

  it('takes max(500Mi, 200Mi) for the init phase and 256Mi + 128Mi for running', async () => {
    const text = pod(
      'seed',
      `  initContainers: [${container('a', 'memory: 500Mi')}, ${container('b', 'memory: 200Mi')}]
  containers: [${container('main', 'memory: 256Mi')}, ${container('sidecar', 'memory: 128Mi')}]
`,
    );
    const [item] = itemsOf(await resources(['-'], 'json', text));
    expect(item).toMatchObject({ file: 'stdin', name: 'seed', requests: { memory: '500Mi' }, limits: {}, qosClass: 'Burstable' });
    expect(item?.phases.map(({ phase, container, requests }) => [phase, container, requests['memory']])).toEqual([
      ['init', 'a', '500Mi'],
      ['init', 'b', '200Mi'],
      ['running', undefined, '384Mi'],
    ]);
  });

  it('has an item for each Pod and each template of a folder, in the order of the files', async () => {
    const template = `spec: {containers: [${container('c', 'cpu: 1')}]}`;
    const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, ${template}}}
`;
    await writeFile(join(folder, 'b.yaml'), `${pod('b1', `  containers: [${container('c', 'cpu: 2')}]\n`)}---\n${deployment}`);
    await writeFile(join(folder, 'a.yaml'), pod('a', `  containers: [${container('c', 'cpu: 3')}]\n`));
    await writeFile(join(folder, 'stand-ins.yaml'), 'images: {}\n');
    const outcome = await resources([folder], 'json');
    expect({ exitCode: outcome.exitCode, stderr: outcome.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(itemsOf(outcome).map(({ file, name, requests }) => [file, name, requests])).toEqual([
      [join(folder, 'a.yaml'), 'a', { cpu: '3' }],
      [join(folder, 'b.yaml'), 'b1', { cpu: '2' }],
      [join(folder, 'b.yaml'), 'web', { cpu: '1' }],
    ]);
  });

  it('leaves out what is invalid, says why as validate does, and fails', async () => {
    const invalid = pod('bad', `  hostnam: web\n  containers: [${container('c', 'cpu: -1')}]\n`);
    const valid = pod('good', `  containers: [${container('c', 'cpu: 1')}]\n`);
    const outcome = await resources(['-', join(folder, 'none.yaml')], 'json', `${invalid}---\n${valid}`);
    expect(outcome.exitCode).toBe(1);
    expect(itemsOf(outcome).map(({ name }) => name)).toEqual(['good']);
    expect(outcome.stderr).toBe(
      `stdin:5:3: strict decoding error: unknown field "spec.hostnam"; did you mean hostname?
stdin:6:59: spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0
${folder}/none.yaml: no such file or folder
`,
    );
  });

  it.each<[string, string]>([
    ['no object', '# nothing\n'],
    ['no Pod', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n'],
  ])('is an empty list of %s, and an error', async (_, text) => {
    expect(await resources(['-'], 'json', text)).toEqual({
      exitCode: 1,
      stdout: '{"items":[]}\n',
      stderr: '-: no Pod found, and nothing that has a Pod template\n',
    });
  });

  it('notes once what is left out', async () => {
    const ingress = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\n';
    const files = [join(folder, 'i1.yaml'), join(folder, 'i2.yaml'), join(folder, 'a.yaml')];
    for (const file of files.slice(0, 2)) await writeFile(file, ingress);
    await writeFile(join(folder, 'a.yaml'), pod('a', `  containers: [${container('c', 'cpu: 3')}]\n`));
    const { exitCode, stderr } = await resources(files, 'json');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'note: left out, since they neither are Pods nor belong to Pods: Ingress\n',
    });
  });
});

describe('outrider resources', () => {
  it('prints Pod after Pod', async () => {
    const text = ['a', 'b'].map((name) => pod(name, `  containers: [${container('app', 'cpu: 500m')}]\n`)).join('---\n');
    const section = (name: string): string => `Pod ${name} (stdin)
  QoS class Burstable: container app has no cpu and no memory limit

  cpu request 500m
    running   500m   ████████████████████   app 500m
`;
    expect(await resources(['-'], 'text', text)).toEqual({ exitCode: 0, stderr: '', stdout: `${section('a')}\n${section('b')}` });
  });

  it('lets no file name reach the terminal', async () => {
    const file = join(folder, 'evil\u001b[31m.yaml');
    await writeFile(file, pod('a', '  containers: [{name: c, image: i}]\n'));
    const { stdout } = await resources([file], 'text');
    expect(stdout).toContain(`Pod a (${folder}/evil\\u001b[31m.yaml)\n`);
  });
});
