import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { readLog } from '../../src/logs/read-log.ts';
import { type EngineName, engineEnvironment, requireEngine, testImage } from '../engines/engines.ts';
import { program } from './supervised-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-rotation-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = join(folder, 'config');
mkdirSync(join(config, 'outrider'), { recursive: true });
writeFileSync(join(config, 'outrider', 'config.yaml'), 'containerLogMaxSize: 8Ki\ncontainerLogMaxFiles: 100\n');

/** Files are rotated once a second at most: it writes for some seconds, ten lines at a time. */
const lines = Array.from({ length: 1200 }, (_, index) => `line ${index} ${'.'.repeat(60)}`);
const script = `
i=0; dots=${'.'.repeat(60)}
while [ $i -lt ${lines.length} ]; do
  end=$((i+10)); while [ $i -lt $end ]; do echo "line $i $dots"; i=$((i+1)); done
  sleep 0.04
done
echo over; trap "exit 0" TERM; while :; do sleep 0.1; done`;

type Runtime = EngineName | 'process';
const engines = (['docker', 'podman', 'containerd'] as const).filter((engine) => requireEngine(engine, `rotation of logs on ${engine}`));
const everything = [...lines, 'over'];

describe('the log of a container is rotated', () => {
  test.each<Runtime>([...engines, 'process'])('%s: who reads and follows misses nothing and is told nothing twice', async (runtime) => {
    const run = new Run(runtime, 'watched');
    await run.shows(1);
    const following = run.logs('--follow');
    await run.shows(everything.length);
    expect(await run.logs()).toEqual(everything);
    expect(await run.logs('--tail', '500')).toEqual(everything.slice(-500));
    await run.end('SIGINT');
    expect(await following).toEqual(everything);
    expect(run.shown).toEqual(everything);
    const [current, ...rotated] = readdirSync(dirname(run.log)).sort();
    expect(current).toBe('0.log');
    expect(rotated.length).toBeGreaterThan(2);
    expect(rotated.pop()).toMatch(/^0\.log\.\d{8}-\d{6}$/);
    for (const name of rotated) expect(name).toMatch(/^0\.log\.\d{8}-\d{6}\.gz$/);
  });

  test.each(engines)('%s: also while its supervisor is killed again and again', async (runtime) => {
    for (let kill = 0; kill < 3; kill++) {
      const killed = new Run(runtime, 'killed');
      await killed.shows(150);
      await killed.end('SIGKILL');
    }
    const run = new Run(runtime, 'killed');
    await vi.waitFor(async () => expect((await run.written()).at(-1)).toBe('over'), { timeout: 30_000, interval: 100 });
    await run.end('SIGINT');
    expect(await run.written()).toEqual(everything);
    expect(readdirSync(dirname(run.log)).length).toBeGreaterThan(2);
  });
});

/** `outrider run` of a Pod that writes all the lines. */
class Run {
  /** The lines that were shown so far. */
  readonly shown: string[] = [];
  readonly #state: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #env: NodeJS.ProcessEnv;
  #onLine: () => void = () => undefined;

  constructor(runtime: Runtime, name: string) {
    this.#state = join(folder, runtime, name);
    this.#env = { ...process.env, XDG_CONFIG_HOME: config, ...(runtime === 'process' ? {} : engineEnvironment(runtime)) };
    const manifest = join(folder, 'pod.json');
    writeFileSync(manifest, JSON.stringify(pod));
    const args = ['run', manifest, '--runtime', runtime, '--state-dir', this.#state];
    this.#child = spawn(process.execPath, [program, ...args], { env: this.#env, stdio: ['ignore', 'pipe', 'ignore'] });
    this.#ended = once(this.#child, 'close');
    createInterface({ input: this.#child.stdout as Readable }).on('line', (line) => {
      const text = /^ *[\d.]+s writer\/c +\| (.*)$/.exec(line)?.[1];
      if (text !== undefined) this.shown.push(text);
      this.#onLine();
    });
  }

  /** Resolves when so many lines were shown. */
  shows(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onLine = () => (this.shown.length >= count ? resolve() : undefined);
      this.#onLine();
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await this.#ended;
  }

  /** What `outrider logs` prints. */
  async logs(...args: readonly string[]): Promise<string[]> {
    const command = [program, 'logs', 'writer', ...args, '--state-dir', this.#state];
    const { stdout } = await promisify(execFile)(process.execPath, command, { env: this.#env, maxBuffer: 1 << 26 });
    return stdout.trimEnd().split('\n');
  }

  get log(): string {
    const [name = ''] = readdirSync(join(this.#state, 'logs'));
    return join(this.#state, 'logs', name, 'c', '0.log');
  }

  /** What all files of the log have. */
  async written(): Promise<string[]> {
    const texts: string[] = [];
    for await (const { bytes } of readLog(this.log)) texts.push(Buffer.from(bytes).toString());
    return texts;
  }
}

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'writer' },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'c', image: testImage, command: ['sh', '-c', script] }],
  },
};
