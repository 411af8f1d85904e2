import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/simulator/random.ts';
import { type EngineName, requireEngine, testImage } from '../engines/engines.ts';
import { SupervisedRun, comparable } from './supervised-run.ts';

// The supervisor is killed at random moments and started again with the same command, until its Pods have ended: what the containers
// wrote down themselves and the final statuses are as without a kill. A failure prints the seed; OUTRIDER_SEED sets it.
const seed = Number(process.env['OUTRIDER_SEED'] ?? 20_261_122);
/** On each engine: this many Pods and Jobs, killed this many times each before they may end, and some times more while they end. */
const rounds = 5;
const kills = 10;
const killsAtTheEnd = 2;

const folder = mkdtempSync(join(tmpdir(), 'outrider-takeover-'));
afterAll(() => rmSync(folder, { recursive: true }));

const engines: readonly EngineName[] = ['docker', 'podman', 'containerd'];
const cases = engines
  .filter((engine) => requireEngine(engine, `taking over on ${engine}`))
  .flatMap((engine) =>
    (['Pod', 'Job'] as const).flatMap((kind) => Array.from({ length: rounds }, (_, round) => [engine, kind, round] as const)),
  );

describe(`a supervisor that is killed again and again goes on: seed ${seed}`, () => {
  const undisturbed = new Map<string, Promise<Outcome>>();

  test.concurrent.for(cases)('%s: %s %i', async ([engine, kind, round]) => {
    const random = seededRandom(seed + round);
    const delays = Array.from({ length: kills + killsAtTheEnd }, () => random.between(20, 1500));
    const key = `${engine} ${kind}`;
    if (!undisturbed.has(key)) undisturbed.set(key, follow(engine, kind, 'undisturbed', []));
    const [killed, other] = await Promise.all([follow(engine, kind, `killed-${round}`, delays), undisturbed.get(key)]);
    expect(killed).toEqual(other);
  });
});

/** What Pods did, by their own account, and what became of them. */
interface Outcome {
  readonly exitCode: number | null;
  /** What each container wrote down, in order. */
  readonly accounts: Readonly<Record<string, readonly string[]>>;
  /** Of the Pod that succeeded. */
  readonly status: object | undefined;
}

/** Runs a workload to its end. After each of the delays, in ms, the supervisor is killed and started again. */
async function follow(engine: EngineName, kind: keyof typeof workloads, name: string, delays: readonly number[]): Promise<Outcome> {
  const scratch = join(folder, engine, kind, name);
  const proof = join(scratch, 'proof');
  mkdirSync(proof, { recursive: true });
  const manifest = join(scratch, 'manifest.json');
  writeFileSync(manifest, JSON.stringify(workloads[kind](proof)));
  const start = (): SupervisedRun => new SupervisedRun({ manifest, engine, state: join(scratch, 'state') });
  let run = start();
  for (const [index, delay] of delays.entries()) {
    if (index === delays.length - killsAtTheEnd) allowEnd(proof);
    await Promise.race([sleep(delay), run.ended]);
    run.kill('SIGKILL');
    const { exitCode, stderr } = await run.ended;
    if (exitCode !== null) {
      expect({ index, stderr, isTheEnd: existsSync(join(proof, 'end')) }).toEqual({ index, stderr, isTheEnd: true });
      break;
    }
    run = start();
  }
  allowEnd(proof);
  const { exitCode, stderr } = await run.ended;
  const last = [...run.pods.values()].find(({ status }) => status.phase === 'Succeeded');
  expect({ exitCode, stderr, phase: last?.status.phase }).toEqual({ exitCode: 0, stderr, phase: 'Succeeded' });
  return { exitCode, accounts: readAccounts(proof), status: last && comparable(last.status) };
}

function allowEnd(proof: string): void {
  writeFileSync(join(proof, 'end'), '');
}

/** Each container appends to a file of its name. */
function readAccounts(proof: string): Record<string, string[]> {
  const names = readdirSync(proof).filter((name) => name !== 'end');
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(proof, name), 'utf8').trimEnd().split('\n')]));
}

const workloads = {
  Pod: (proof: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app' },
    spec: {
      restartPolicy: 'OnFailure',
      volumes: proofVolumes(proof),
      initContainers: [
        worker('first', 'sleep 0.5'),
        {
          ...worker('proxy', "trap 'say ended; exit 0' TERM; touch /tmp/started; while :; do sleep 60 & wait $!; done"),
          restartPolicy: 'Always',
          startupProbe: { exec: { command: ['test', '-e', '/tmp/started'] }, periodSeconds: 1, failureThreshold: 30 },
        },
        worker('second', '[ -e /proof/proxy ] && sleep 0.3'),
      ],
      containers: [worker('server', waitForEnd), worker('flaky', 'sleep 0.2; [ "$(grep -c started /proof/flaky)" -ge 2 ]')],
    },
  }),
  Job: (proof: string) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'job' },
    spec: {
      backoffLimit: 3,
      template: {
        spec: {
          restartPolicy: 'Never',
          volumes: proofVolumes(proof),
          initContainers: [worker('prepare', 'sleep 0.3')],
          containers: [worker('work', `sleep 0.2; [ "$(grep -c started /proof/work)" -ge 2 ] || exit 1; ${waitForEnd}`)],
        },
      },
    },
  }),
};

const waitForEnd = 'while [ ! -e /proof/end ]; do sleep 0.2; done';

/** Writes down that it has started, and that it has done its work. */
function worker(name: string, script: string): object {
  return {
    name,
    image: testImage,
    command: ['sh', '-c', `say() { echo "$1" >>/proof/${name}; }; say started; ${script} || exit; say done`],
    volumeMounts: [{ name: 'proof', mountPath: '/proof' }],
  };
}

function proofVolumes(proof: string): object[] {
  return [{ name: 'proof', hostPath: { path: proof, type: 'Directory' } }];
}
