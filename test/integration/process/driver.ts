import { readFileSync } from 'node:fs';
import type { ContainerExit, ExecResult, FieldProblem, PodRuntime, RuntimeListener } from '../../../src/engine/runtime-service.ts';
import { RuntimeError } from '../../../src/engine/runtime-service.ts';
import { applyDefaults } from '../../../src/pod/defaults.ts';
import type { References } from '../../../src/pod/references.ts';
import type { ConfigMap, Container, PersistentVolumeClaim, Pod, Secret } from '../../../src/pod/types.ts';
import { createProcessRuntime } from '../../../src/runtimes/process/process-runtime.ts';
import { parseStandIns } from '../../../src/runtimes/process/stand-ins.ts';

/** What the driver is told to do: one Pod, and what happens to it once its containers run. */
export interface Scenario {
  readonly stateDirectory: string;
  readonly standIns?: unknown;
  readonly platform?: NodeJS.Platform;
  readonly launcher?: 'shell';
  readonly spec: unknown;
  readonly configMaps?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
  readonly claims?: readonly string[];
  readonly hosts?: References['hosts'] extends () => infer Hosts ? Hosts : never;
  readonly steps?: readonly Step[];
}

export type Step =
  | { readonly do: 'exec'; readonly container: string; readonly command: readonly string[]; readonly timeoutMs?: number }
  | { readonly do: 'stop'; readonly container: string; readonly graceMs: number }
  | { readonly do: 'waitForOutput'; readonly container: string; readonly text: string }
  | { readonly do: 'waitForExit'; readonly container: string }
  | { readonly do: 'killSandbox' }
  | { readonly do: 'waitForEviction' }
  /** Runs a command with streams, or without one joins those of the container. */
  | {
      readonly do: 'session';
      readonly container: string;
      readonly command?: readonly string[];
      readonly tty?: boolean;
      readonly input?: string;
      readonly size?: readonly [number, number];
      /** Leave once this was read, or type something then. */
      readonly until?: string;
      readonly typed?: string;
    }
  | { readonly do: 'debug'; readonly container: Partial<Container> & { name: string }; readonly target?: string };

export interface Outcome {
  readonly description: string;
  readonly admission: { readonly refuse: readonly FieldProblem[]; readonly warn: readonly FieldProblem[] };
  readonly exits: Record<string, ContainerExit>;
  readonly output: Record<string, string[]>;
  /** The streams that lines came by. */
  readonly streams: Record<string, string[]>;
  readonly users: Record<string, unknown>;
  readonly failures: Record<string, { reason: string; message: string; exitCode?: number }>;
  readonly execs: ExecResult[];
  readonly events: string[];
  readonly stopMs: number[];
  readonly sessions: { stdout: string; stderr: string; exitCode?: number }[];
}

/** Runs the scenario in the file that is the first argument and prints its outcome. */
async function main(): Promise<void> {
  const scenario = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Scenario;
  process.stdout.write(`${JSON.stringify(await runScenario(scenario))}\n`);
}

async function runScenario(scenario: Scenario): Promise<Outcome> {
  const { stateDirectory, standIns, platform, launcher, steps = [] } = scenario;
  const runtime = await createProcessRuntime({
    stateDirectory,
    standIns: standIns === undefined ? new Map() : parseStandIns(standIns, 'stand-ins.yaml', stateDirectory),
    warn: (line) => process.stderr.write(`${line}\n`),
    ...(platform !== undefined && { platform }),
    ...(launcher !== undefined && { launcher }),
  });
  const pod = podOf(scenario);
  const run = new Run(pod, runtime.description, runtime.admit(pod));
  try {
    run.runtime = runtime.pod(pod, referencesOf(scenario), run);
    await run.start();
    for (const step of steps) await run.step(step);
    await run.finish();
  } finally {
    await runtime.close();
  }
  return run.outcome;
}

function podOf({ spec }: Scenario): Pod {
  return applyDefaults({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', namespace: 'default', uid: '01234567-89ab-cdef-0123-456789abcdef' },
    spec,
  });
}

function referencesOf({ configMaps = {}, secrets = {}, claims = [], hosts = [] }: Scenario): References {
  return {
    configMap: (name) => configMaps[name] as ConfigMap | undefined,
    secret: (name) => secrets[name] as Secret | undefined,
    persistentVolumeClaim: (name) => (claims.includes(name) ? ({ metadata: { name } } as PersistentVolumeClaim) : undefined),
    services: () => [],
    hosts: () => hosts,
    networkAliases: () => [],
    nodeName: 'node',
    allocatable: { cpu: '2', memory: '4Gi' },
  };
}

/** Init containers one after the other, then all others at once: what the lifecycle needs of a runtime, without the lifecycle. */
class Run implements RuntimeListener {
  runtime!: PodRuntime;
  readonly outcome: Outcome;
  readonly #pod: Pod;
  readonly #ids = new Map<string, string>();
  readonly #pids = new Map<string, number>();
  readonly #waiting: { readonly isOver: () => boolean; readonly resolve: () => void }[] = [];

  constructor(pod: Pod, description: string, admission: Outcome['admission']) {
    this.#pod = pod;
    this.outcome = {
      description,
      admission,
      exits: {},
      output: {},
      streams: {},
      users: {},
      failures: {},
      execs: [],
      events: [],
      stopMs: [],
      sessions: [],
    };
  }

  containerExited(exit: ContainerExit): void {
    this.outcome.exits[exit.name] = exit;
    this.#happened(`exited ${exit.name} ${exit.exitCode}`);
  }

  sandboxLost(): void {
    this.#happened('sandboxLost');
  }

  pullProgress(): void {
    throw new Error('the process runtime pulls nothing');
  }

  evicted(message: string): void {
    this.#happened(`evicted ${message}`);
  }

  output({ container, stream, text }: { container: string; stream: string; text: string }): void {
    (this.outcome.output[container] ??= []).push(text);
    this.outcome.streams[container] = [...new Set([...(this.outcome.streams[container] ?? []), stream])];
    this.#check();
  }

  async start(): Promise<void> {
    try {
      await this.runtime.mountVolumes();
      await this.runtime.runPodSandbox(0);
    } catch (error) {
      this.#failed('pod', error);
      return;
    }
    for (const container of this.#pod.spec.initContainers ?? []) {
      await this.#launch(container);
      if (container.restartPolicy !== 'Always') await this.#until(() => this.#isOver(container.name));
    }
    for (const container of this.#pod.spec.containers) await this.#launch(container);
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'exec':
        this.outcome.execs.push(await this.runtime.execSync(this.#ids.get(step.container) ?? '', step.command, step.timeoutMs));
        return;
      case 'stop': {
        const before = performance.now();
        await this.runtime.stopContainer(this.#ids.get(step.container) ?? '', step.graceMs);
        this.outcome.stopMs.push(performance.now() - before);
        return;
      }
      case 'waitForOutput':
        return this.#until(() => this.outcome.output[step.container]?.some((line) => line.includes(step.text)) ?? false);
      case 'waitForExit':
        return this.#until(() => step.container in this.outcome.exits);
      case 'waitForEviction':
        return this.#until(() => this.outcome.events.some((event) => event.startsWith('evicted')));
      case 'session':
        return this.#session(step);
      case 'debug':
        return this.#launch({ ...(this.#pod.spec.containers[0] as Container), ...step.container }, step.target);
      case 'killSandbox': {
        const pid = this.#pids.values().next().value ?? -1;
        process.kill(sandboxOf(pid), 'SIGKILL');
        return this.#until(() => this.outcome.events.includes('sandboxLost'));
      }
    }
  }

  async finish(): Promise<void> {
    await this.#until(() => this.#pod.spec.containers.every(({ name }) => this.#isOver(name)));
    await this.runtime.stopPodSandbox();
    await this.runtime.removePod();
  }

  async #session({ container, command, tty = false, input, size, until, typed }: Extract<Step, { do: 'session' }>): Promise<void> {
    const outcome = { stdout: '', stderr: '' };
    const id = this.#ids.get(container) ?? '';
    let seen: () => void = () => undefined;
    const isSeen = new Promise<void>((resolve) => (seen = resolve));
    const streams = {
      tty,
      stdin: input !== undefined || typed !== undefined,
      output: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => {
        outcome[stream] += Buffer.from(chunk).toString();
        if (until !== undefined && outcome.stdout.includes(until)) seen();
      },
    };
    const session = await (command === undefined ? this.runtime.attach(id, streams) : this.runtime.exec(id, { command, ...streams }));
    if (size !== undefined) session.resize(...size);
    if (input !== undefined) await session.write(Buffer.from(input));
    if (until !== undefined) await isSeen;
    if (typed !== undefined) await session.write(Buffer.from(typed));
    else if (until === undefined) session.endInput();
    else session.close();
    const exitCode = await session.exited;
    this.outcome.sessions.push({ ...outcome, ...(exitCode !== undefined && { exitCode }) });
  }

  async #launch(container: Container, target?: string): Promise<void> {
    try {
      await this.runtime.ensureImage(container, () => undefined);
      const created = await this.runtime.createContainer(container, {
        restartCount: 0,
        podIPs: ['127.0.0.1'],
        hostIPs: ['127.0.0.1'],
        ...(target !== undefined && { targetID: this.#ids.get(target) ?? '' }),
      });
      this.outcome.users[container.name] = created.user;
      this.#ids.set(container.name, created.containerID);
      const { pid } = await this.runtime.startContainer(created.containerID);
      if (pid !== undefined) this.#pids.set(container.name, pid);
    } catch (error) {
      this.#failed(container.name, error);
    }
  }

  #failed(name: string, error: unknown): void {
    const { reason, message, exitCode } =
      error instanceof RuntimeError ? error : { reason: 'unexpected', message: String(error), exitCode: undefined };
    this.outcome.failures[name] = { reason, message, ...(exitCode !== undefined && { exitCode }) };
    this.#check();
  }

  #isOver(name: string): boolean {
    return name in this.outcome.exits || name in this.outcome.failures || 'pod' in this.outcome.failures;
  }

  #happened(event: string): void {
    this.outcome.events.push(event);
    this.#check();
  }

  #until(isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isOver, resolve });
      this.#check();
    });
  }

  #check(): void {
    for (const { isOver, resolve } of this.#waiting) if (isOver()) resolve();
  }
}

/** The parent of the parent of a container's process: container, launcher, sandbox. */
function sandboxOf(pid: number): number {
  const parent = (of: number): number =>
    Number(
      readFileSync(`/proc/${of}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[1],
    );
  return parent(parent(pid));
}

await main();
