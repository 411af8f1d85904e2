import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pod } from '../../src/pod/types.ts';
import { engineSet } from '../engines/engine-set.ts';
import { type EngineName, requireEngine, testImage } from '../engines/engines.ts';
import { findLeftovers, takeInventory } from '../engines/leftovers.ts';
import { SupervisedRun } from './supervised-run.ts';

// The engine itself ends and comes back while a Pod runs; on engines apart from those that other tests use.
const set = engineSet(1);
const engines = (['containerd', 'docker', 'podman'] as const).filter((engine) =>
  requireEngine(engine, `a restart of ${engine} during a run`),
);
const addresses = Object.fromEntries(engines.map((engine) => [engine, set.address(engine)]));
const folder = mkdtempSync(join(tmpdir(), 'outrider-engine-restart-'));

describe.runIf(engines.length > 0)('the engine ends during a run and comes back', () => {
  beforeAll(() => set.start(...engines), 180_000);
  afterAll(async () => {
    await set.purge();
    rmSync(folder, { recursive: true });
  }, 180_000);

  /** containerd's and Podman's containers go on without them, Docker's end with it. */
  const outlives: Readonly<Record<EngineName, boolean>> = { containerd: true, podman: true, docker: false };
  const cases = engines.flatMap((engine) => (['restart', 'kill'] as const).map((how) => [engine, how] as const));

  test.for(cases)('%s, by %s: the Pod goes on', async ([engine, how]) => {
    const { outcome, left } = await interrupt(engine, how, 'OnFailure');
    expect(left).toEqual([]);
    expect(outcome).toEqual({
      exitCode: 0,
      phase: 'Succeeded',
      account: outlives[engine] ? ['started', 'done'] : ['started', 'started', 'done'],
      restartCount: outlives[engine] ? 0 : 1,
    });
  });

  test.for(cases.filter(([engine]) => !outlives[engine]))(
    '%s, by %s: a Pod that must not restart ends, and says why',
    async ([engine, how]) => {
      const { outcome, left, pod } = await interrupt(engine, how, 'Never');
      expect(left).toEqual([]);
      expect(outcome).toMatchObject({ phase: 'Failed', account: ['started'], restartCount: 0 });
      expect(pod?.status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ reason: 'Error', exitCode: 137 });
    },
  );
});

/** Runs a Pod, ends the engine when the Pod is ready and starts it again, lets the Pod end. */
async function interrupt(engine: EngineName, how: 'restart' | 'kill', restartPolicy: string) {
  const before = await takeInventory(addresses);
  const scratch = join(folder, `${engine}-${how}-${restartPolicy}`);
  mkdirSync(scratch);
  const manifest = join(scratch, 'pod.json');
  writeFileSync(manifest, JSON.stringify(podThatWaits(scratch, restartPolicy)));
  const run = new SupervisedRun({ manifest, engine, address: set.address(engine), state: join(scratch, 'state') });
  await run.until((pods) => isReady(pods.get('app')));
  if (how === 'restart') await set.restart(engine);
  else {
    await set.kill(engine);
    await set.start(engine);
  }
  writeFileSync(join(scratch, 'end'), '');
  const { exitCode, stderr } = await run.ended;
  const pod = run.pods.get('app');
  const account = readFileSync(join(scratch, 'account'), 'utf8').trimEnd().split('\n');
  const restartCount = pod?.status.containerStatuses?.[0]?.restartCount;
  return {
    outcome: { exitCode, phase: pod?.status.phase, account, restartCount },
    stderr,
    left: await findLeftovers(before, { addresses }),
    pod,
  };
}

function isReady(pod: Pod | undefined): boolean {
  return pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

function podThatWaits(scratch: string, restartPolicy: string): object {
  const volumeMounts = [{ name: 'scratch', mountPath: '/scratch' }];
  const sidecar = "trap 'exit 0' TERM; while :; do sleep 60 & wait $!; done";
  const main = 'echo started >>/scratch/account; while [ ! -e /scratch/end ]; do sleep 0.2; done; echo done >>/scratch/account';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app' },
    spec: {
      restartPolicy,
      terminationGracePeriodSeconds: 5,
      volumes: [{ name: 'scratch', hostPath: { path: scratch } }],
      initContainers: [{ name: 'sidecar', image: testImage, restartPolicy: 'Always', command: ['sh', '-c', sidecar] }],
      containers: [{ name: 'main', image: testImage, command: ['sh', '-c', main], volumeMounts }],
    },
  };
}
