import { applyDefaults } from '../src/pod/defaults.ts';
import type { Pod } from '../src/pod/types.ts';
import { EventQueue } from '../src/simulator/event-queue.ts';
import { seededRandom } from '../src/simulator/random.ts';
import type { Random } from '../src/simulator/random.ts';
import { emptyScenario } from '../src/simulator/scenario.ts';
import { Simulation } from '../src/simulator/simulation.ts';
import { median } from './measure.ts';
import { printReport } from './report.ts';

const rounds = 5;
const podCount = 10_000;

/** Random Pods from their creation to their end in the simulator, each deleted after a virtual minute if it has not ended. */
export function benchSimulate(): Promise<void> {
  const random = seededRandom(1);
  const pods = Array.from({ length: podCount }, (_, i) => randomPod(random, i));
  const runs = Array.from({ length: rounds }, () => simulateAll(pods, random));
  const seconds = median(runs.map(({ ms }) => ms)) / 1000;
  const changes = runs[0]?.changes ?? 0;
  const perSecond = changes / seconds;
  printReport(`outrider simulate, ${podCount} random Pods with ${changes} container state changes (medians of ${rounds})`, [
    { what: 'all Pods', measured: `${seconds.toFixed(1)} s`, goal: 'under 10 s', reached: seconds < 10 },
    { what: 'state changes a second', measured: perSecond.toFixed(0), goal: 'at least 300000', reached: perSecond >= 300_000 },
  ]);
  return Promise.resolve();
}

function simulateAll(pods: readonly Pod[], random: Random): { ms: number; changes: number } {
  const startedAt = performance.now();
  let changes = 0;
  for (const pod of pods) {
    const simulation = new Simulation({
      pods: [{ pod, story: { containers: {}, faults: [{ kind: 'delete', atMs: 60_000, graceSeconds: undefined }] } }],
      scenario: emptyScenario,
      lifecycle: {},
      random,
      startAt: 0,
      listener: undefined,
      queue: new EventQueue(),
    });
    simulation.run();
    if (!simulation.isFinished) throw new Error(`Pod ${pod.metadata.name} has not ended`);
    for (const { stateChanges } of simulation.pods) changes += stateChanges;
  }
  return { ms: performance.now() - startedAt, changes };
}

function randomPod(random: Random, index: number): Pod {
  const pick = <T>(...values: T[]): T => values[random.between(0, values.length - 1)] as T;
  const list = (from: number, to: number, make: (i: number) => object): object[] =>
    Array.from({ length: random.between(from, to) }, (_, i) => make(i));
  const image = 'busybox:1.36';
  const server = ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 1; done"];
  return applyDefaults({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace: 'default', uid: String(index) },
    spec: {
      restartPolicy: pick('Always', 'OnFailure', 'Never'),
      terminationGracePeriodSeconds: 5,
      initContainers: list(0, 4, (i) => {
        const name = `init-${i}`;
        const work = { name, image, command: ['sh', '-c', `sleep ${random.between(0, 3)}`] };
        return pick<object>(work, work, { name, image, restartPolicy: 'Always', command: server });
      }),
      containers: list(1, 3, (i) => ({
        name: `main-${i}`,
        image,
        command: ['sh', '-c', `sleep ${random.between(0, 5)}; exit ${random.between(0, 1)}`],
        ...pick<object>({}, {}, {}, { readinessProbe: { exec: { command: ['true'] } } }),
      })),
    },
  });
}
