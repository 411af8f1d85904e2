import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadManifests } from '../../src/manifest/load.ts';
import { parseManifest } from '../../src/manifest/parse.ts';
import { namespaceReferences } from '../../src/manifest/references.ts';
import { EventQueue } from '../../src/simulator/event-queue.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { parseScenario } from '../../src/simulator/scenario.ts';
import { Simulation } from '../../src/simulator/simulation.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';

// Behaviour recorded from a real kubelet, and the judge that compares: they live beside the repository.
const conformance = join(import.meta.dirname, '../../../shared/conformance');
const isThere = existsSync(conformance);

interface Case {
  readonly seconds: number;
  readonly deleteAfter: number | null;
  readonly gracePeriod: number | null;
}

if (!isThere) {
  if (process.env['CI'] !== undefined) throw new Error(`no recordings at ${conformance}: under CI they must be there`);
  console.warn(`NOT RUN: the simulator against recordings of a real kubelet, which are not at ${conformance}`);
}

describe.runIf(isThere)('the simulator predicts the recorded kubelet', () => {
  const cases = isThere ? Object.entries(JSON.parse(readFileSync(join(conformance, 'cases.json'), 'utf8')) as Record<string, Case>) : [];
  const folder = mkdtempSync(join(tmpdir(), 'outrider-simulated-'));

  test.concurrent.for(cases)('%s', async ([name, one]) => {
    const file = join(folder, `${name}.ndjson`);
    writeFileSync(
      file,
      simulated(name, one)
        .map((event) => `${JSON.stringify(event)}\n`)
        .join(''),
    );
    expect(await judge(join(conformance, 'expected', `${name}.json`), file)).toBe('');
  });
});

/** The case under its scenario, where its containers do what their scripts do not say plainly; else as derived from these. */
function simulated(name: string, { seconds, deleteAfter, gracePeriod }: Case): WatchEvent[] {
  const random = seededRandom(1);
  const text = readFileSync(join(conformance, 'cases', `${name}.json`), 'utf8');
  const { workloads, references } = loadManifests([{ file: name, text }], () => random.uuid());
  const file = join(import.meta.dirname, 'scenarios', `${name}.yaml`);
  const written = existsSync(file) ? (parseManifest(readFileSync(file, 'utf8')).documents[0]?.value as object) : {};
  const deletion = deleteAfter === null ? [] : [{ at: deleteAfter, delete: gracePeriod === null ? true : { gracePeriod } }];
  const scenario = parseScenario({ ...written, events: deletion, until: seconds }, (from, to) => random.between(from, to));
  const events: WatchEvent[] = [];
  const environment = { pods: () => [], podIP: () => undefined, extraHosts: [], nodeName: 'node', allocatable: {} };
  const pods = workloads.map(({ pod }) => ({ pod, story: undefined, references: namespaceReferences(references, 'default', environment) }));
  const listener = { watch: (event: WatchEvent) => events.push(event), output: ignore, waits: ignore, probe: ignore, ended: ignore };
  new Simulation({ pods, scenario, lifecycle: {}, random, startAt: 0, listener, queue: new EventQueue() }).run();
  return events;
}

function ignore(): void {
  // The stream of watch events is what counts.
}

/** The differences that the judge found, one a line. */
function judge(expected: string, run: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('python3', [join(conformance, 'compare.py'), expected, run], (error, stdout, stderr) => {
      if (error !== null && error.code !== 1) reject(new Error(`the judge failed: ${stderr}`));
      else resolve(stdout);
    });
  });
}
