import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineSet } from '../engines/engine-set.ts';
import { type EngineName, engineEnvironment, requireEngine, testImage } from '../engines/engines.ts';
import { findLeftovers, takeInventory } from '../engines/leftovers.ts';
import { SupervisedRun, program } from './supervised-run.ts';

// Whatever its end, a run leaves nothing on the engine and on the machine; what a crash of the machine left, prune removes.
const set = engineSet(2);
const engines = (['containerd', 'docker', 'podman'] as const).filter((engine) =>
  requireEngine(engine, `what runs leave behind on ${engine}`),
);
const addresses = Object.fromEntries(engines.map((engine) => [engine, set.address(engine)]));
const folder = mkdtempSync(join(tmpdir(), 'outrider-leftovers-'));

describe.runIf(engines.length > 0)('nothing is left', () => {
  beforeAll(() => set.start(...engines), 180_000);
  afterAll(async () => {
    await set.purge();
    rmSync(folder, { recursive: true });
  }, 180_000);

  const ends: Readonly<Record<string, (run: SupervisedRun) => Promise<unknown>>> = {
    interrupted: (run) => {
      run.kill('SIGINT');
      return run.ended;
    },
    'interrupted twice': (run) => {
      run.kill('SIGINT');
      run.kill('SIGTERM');
      return run.ended;
    },
  };
  test.for(engines.flatMap((engine) => Object.keys(ends).map((end) => [engine, end] as const)))(
    'on %s of a run that is %s',
    async ([engine, end]) => {
      const before = await takeInventory(addresses);
      const { run } = await startPods(engine, end);
      await ends[end]?.(run);
      expect(await findLeftovers(before, { addresses })).toEqual([]);
    },
  );

  test.for(engines)('on %s of Pods that failed at every step', async (engine) => {
    const before = await takeInventory(addresses);
    const pods = {
      'bad-command': { containers: [{ name: 'main', image: testImage, command: ['/no/such/program'] }] },
      'bad-image': { containers: [{ name: 'main', image: '127.0.0.1:1/none:1', imagePullPolicy: 'Always' }] },
      'no-config': { containers: [{ name: 'main', image: testImage, envFrom: [{ configMapRef: { name: 'none', optional: false } }] }] },
      'fails-in-init': {
        initContainers: [{ name: 'init', image: testImage, command: ['false'] }],
        containers: [{ name: 'main', image: testImage, command: ['true'] }],
      },
    };
    const items = Object.entries(pods).map(([name, spec]) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { restartPolicy: 'Never', ...spec },
    }));
    const manifest = join(folder, `${engine}-failing.json`);
    writeFileSync(manifest, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    const state = join(folder, `${engine}-failing`);
    const run = new SupervisedRun({ manifest, engine, address: set.address(engine), state, args: ['--for', '3s'] });
    await run.ended;
    expect(await findLeftovers(before, { addresses })).toEqual([]);
  });

  test.for(engines)('on %s once prune has cleaned up after a crash of the machine', async (engine) => {
    const before = await takeInventory(addresses);
    const { run, state } = await startPods(engine, 'crash');
    run.kill('SIGKILL');
    await run.ended;
    await set.crash();
    await set.start(...engines);
    const env = { ...process.env, ...engineEnvironment(engine, set.address(engine)) };
    const prune = [program, 'prune', '--runtime', engine, '--state-dir', state];
    await promisify(execFile)(process.execPath, prune, { env });
    expect(readdirSync(join(state, 'containers'))).toEqual([]);
    expect(await findLeftovers(before, { addresses })).toEqual([]);
  });
});

/** Two Pods with volumes of all sorts that run until they are ended. */
async function startPods(engine: EngineName, name: string): Promise<{ run: SupervisedRun; state: string }> {
  const scratch = mkdtempSync(join(folder, `${engine}-`));
  const pod = (index: number): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name.replaceAll(' ', '-')}-${index}` },
    spec: {
      terminationGracePeriodSeconds: 1,
      volumes: [
        { name: 'files', emptyDir: {} },
        { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      ],
      initContainers: [{ name: 'first', image: testImage, command: ['true'] }],
      containers: ['one', 'two'].map((container) => ({
        name: container,
        image: testImage,
        command: ['sleep', '1000'],
        volumeMounts: [
          { name: 'files', mountPath: '/files' },
          { name: 'memory', mountPath: '/memory' },
        ],
      })),
    },
  });
  const manifest = join(scratch, 'pods.json');
  writeFileSync(manifest, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod(1), pod(2)] }));
  const state = join(scratch, 'state');
  const run = new SupervisedRun({ manifest, engine, address: set.address(engine), state });
  await run.until(
    (pods) =>
      pods.size === 2 &&
      [...pods.values()].every(({ status }) => status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True')),
  );
  return { run, state };
}
