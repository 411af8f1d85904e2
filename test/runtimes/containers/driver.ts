import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type {
  ContainerAttempt,
  ContainerExit,
  LogLine,
  PodRuntime,
  PullProgress,
  RuntimeListener,
  RuntimeService,
} from '../../../src/engine/runtime-service.ts';
import type { References } from '../../../src/pod/references.ts';
import type { Container, Pod } from '../../../src/pod/types.ts';
import { createContainerRuntime } from '../../../src/runtimes/containers/container-runtime.ts';
import { makeReferences } from '../../fixtures/pod.ts';
import { FakeEngine, makeImage } from './fake-engine.ts';

/** One Pod on a runtime over an engine in memory, and everything that it reports, in order. */
export class Driver implements RuntimeListener {
  readonly engine: FakeEngine;
  readonly stateDirectory: string;
  readonly warnings: string[] = [];
  readonly exits: ContainerExit[] = [];
  readonly events: string[] = [];
  readonly lines: string[] = [];
  readonly progress: PullProgress[] = [];
  readonly runtime: RuntimeService;
  readonly pod: PodRuntime;

  constructor(pod: Pod, runtime: RuntimeService, engine: FakeEngine, stateDirectory: string, references: References) {
    this.engine = engine;
    this.runtime = runtime;
    this.stateDirectory = stateDirectory;
    this.pod = runtime.pod(pod, references, this);
  }

  containerExited(exit: ContainerExit): void {
    this.exits.push(exit);
    this.events.push(`exited ${exit.containerID} ${exit.exitCode}`);
  }

  sandboxLost(sandboxID: string, reason: string): void {
    this.events.push(`lost ${sandboxID}: ${reason}`);
  }

  evicted(message: string): void {
    this.events.push(`evicted ${message}`);
  }

  output({ container, text }: LogLine): void {
    this.lines.push(`${container}: ${text}`);
    this.events.push(`output ${container}`);
  }

  pullProgress(_: string, progress: PullProgress): void {
    this.progress.push(progress);
  }

  /** Volumes and sandbox, then a container is created and started. */
  async launch(container: Container, attempt: Partial<ContainerAttempt> = {}): Promise<string> {
    const id = await this.create(container, attempt);
    await this.pod.startContainer(id);
    this.events.push(`started ${id}`);
    return id;
  }

  async create(container: Container, attempt: Partial<ContainerAttempt> = {}): Promise<string> {
    await this.pod.ensureImage(container, () => this.events.push(`pulling ${container.image}`));
    const created = await this.pod.createContainer(container, {
      restartCount: 0,
      podIPs: ['10.0.0.1'],
      hostIPs: ['192.168.0.1'],
      ...attempt,
    });
    return created.containerID;
  }
}

export interface Setting {
  readonly engine?: FakeEngine;
  readonly stateDirectory?: string;
  readonly references?: References;
  readonly env?: NodeJS.ProcessEnv;
}

export async function makeDriver(pod: Pod, setting: Setting = {}): Promise<Driver> {
  const { engine = new FakeEngine(), references = makeReferences(), env = {} } = setting;
  const stateDirectory = setting.stateDirectory ?? mkdtempSync(join(tmpdir(), 'outrider-containers-'));
  engine.images.set('docker.io/library/app:1', makeImage());
  const warnings: string[] = [];
  const runtime = await createContainerRuntime(engine, { stateDirectory, env, warn: (line) => warnings.push(line) });
  onTestFinished(() => runtime.release());
  const driver = new Driver(pod, runtime, engine, stateDirectory, references);
  driver.warnings.push(...warnings);
  return driver;
}

/** A driver whose Pod has its volumes and its sandbox. */
export async function makeRunning(pod: Pod, setting: Setting = {}): Promise<Driver> {
  const driver = await makeDriver(pod, setting);
  await driver.pod.mountVolumes();
  await driver.pod.runPodSandbox(0);
  return driver;
}

/** What happens by itself has happened: nothing of it waits for anything outside. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
