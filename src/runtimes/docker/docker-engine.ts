import type { ExecOptions, ExecResult, ExecSession } from '../../engine/runtime-service.ts';
import type {
  ContainerEngine,
  EngineContainer,
  EngineFeatures,
  EngineImage,
  EngineListener,
  EngineSandbox,
  FollowOutput,
  Labels,
  PullOptions,
} from '../containers/container-engine.ts';
import type { EngineContainerConfig, SandboxConfig } from '../containers/engine-config.ts';
import { Containers } from './containers.ts';
import { EngineEvents } from './engine-events.ts';
import type { OpenedEngine } from './engine-kind.ts';
import { Execs } from './exec.ts';
import { Exits } from './exits.ts';
import { giveBackFolders } from './give-back-folders.ts';
import { Images } from './images.ts';
import { Networks } from './networks.ts';
import { followLog, followStreams } from './output.ts';
import { PauseImage } from './pause-image.ts';
import { PodVolumes } from './pod-volumes.ts';
import { reopenPodmanLog } from './reopen-log.ts';
import { Sandboxes } from './sandboxes.ts';
import { Stops } from './stops.ts';

/** A Docker or a Podman, by the Docker Engine API. */
export class DockerEngine implements ContainerEngine {
  readonly name: string;
  readonly description: string;
  readonly features: EngineFeatures;
  followOutput?: (id: string, follow: FollowOutput) => Promise<void>;
  giveBackFolders?: (root: string, folders: readonly string[]) => Promise<void>;
  reopenContainerLog?: (id: string) => Promise<void>;
  readonly #connection: OpenedEngine['connection'];
  readonly #exits: Exits;
  readonly #events: EngineEvents;
  readonly #images: Images;
  readonly #containers: Containers;
  readonly #stops: Stops;
  readonly #sandboxes: Sandboxes;
  readonly #execs: Execs;
  readonly #listeners: EngineListener[] = [];

  constructor(name: string, address: string, { kind, api, libpod, connection }: OpenedEngine) {
    const tell = (id: string, status?: EngineContainer): void => {
      for (const listener of this.#listeners) listener.exited(id, status);
    };
    this.name = name;
    this.description = `${kind.product} at ${address}`;
    this.#connection = connection;
    this.#exits = new Exits({ api, libpod, trustsEvents: !kind.isPodman, report: tell });
    this.#events = new EngineEvents(api, {
      event: (message) => this.#exits.event(message),
      lost: (reason) => this.#listeners.forEach((listener) => listener.disconnected(reason)),
      back: () => void this.#back(),
    });
    this.#images = new Images(api, libpod);
    const pause = new PauseImage(api, kind.architecture);
    const volumes = new PodVolumes(api, kind, pause);
    this.#containers = new Containers(api, kind, this.#exits, volumes);
    this.#stops = new Stops(api, this.#containers, this.#exits);
    const networks = new Networks(api);
    this.#sandboxes = new Sandboxes({ api, pause, networks, volumes, containers: this.#containers, stops: this.#stops });
    this.#execs = new Execs(api, kind);
    const sandboxes = this.#sandboxes;
    this.features = {
      writesLogs: kind.writesLogs,
      canMount: kind.canMount,
      seccomp: kind.seccomp,
      apparmor: kind.apparmor,
      imageVolumes: true,
      ambientCapabilities: kind.isPodman,
      /** Known from the first sandbox on. */
      get gateway() {
        return sandboxes.gateway;
      },
    } as EngineFeatures;
    if (kind.writesLogs && libpod !== undefined) this.reopenContainerLog = (id) => reopenPodmanLog(libpod, id);
    if (!kind.writesLogs) {
      this.followOutput = (id, follow) => (kind.isPodman ? followStreams : followLog)(api, this.#exits, id, follow);
    }
    if (kind.isRootBeside) {
      this.giveBackFolders = async (root, folders) => {
        await pause.ensure();
        await giveBackFolders(api, { root, folders, helperImage: pause.name });
      };
    }
  }

  /** Rejects when the engine tells no events. */
  open(): Promise<void> {
    return this.#events.open();
  }

  imageStatus(reference: string): Promise<EngineImage | undefined> {
    return this.#images.status(reference);
  }

  pullImage(reference: string, options: PullOptions): Promise<EngineImage> {
    return this.#images.pull(reference, options);
  }

  loadImages(file: string): Promise<string[]> {
    return this.#images.load(file);
  }

  runSandbox(config: SandboxConfig): Promise<EngineSandbox> {
    return this.#sandboxes.run(config);
  }

  stopSandbox(id: string): Promise<void> {
    return this.#sandboxes.stop(id);
  }

  removeSandbox(id: string): Promise<void> {
    return this.#sandboxes.remove(id);
  }

  listSandboxes(labels: Labels): Promise<EngineSandbox[]> {
    return this.#sandboxes.list(labels);
  }

  createContainer(sandbox: EngineSandbox, config: EngineContainerConfig): Promise<{ readonly id: string }> {
    return this.#containers.create(sandbox, config);
  }

  startContainer(id: string): Promise<{ readonly startedAt: number }> {
    return this.#containers.start(id);
  }

  stopContainer(id: string, gracePeriodMs: number): Promise<void> {
    return this.#stops.stop(id, gracePeriodMs);
  }

  removeContainer(id: string): Promise<void> {
    return this.#containers.remove(id);
  }

  listContainers(labels: Labels): Promise<EngineContainer[]> {
    return this.#containers.list(labels);
  }

  containerStatus(id: string): Promise<EngineContainer | undefined> {
    return this.#containers.status(id);
  }

  execSync(id: string, command: readonly string[], timeoutMs: number | undefined): Promise<ExecResult> {
    return this.#execs.execSync(id, command, timeoutMs);
  }

  exec(id: string, options: ExecOptions): Promise<ExecSession> {
    return this.#execs.exec(id, options);
  }

  attach(id: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession> {
    return this.#execs.attach(id, options);
  }

  watch(listener: EngineListener): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    this.#listeners.length = 0;
    this.#events.close();
    this.#stops.close();
    this.#exits.close();
    this.#connection.close();
    return Promise.resolve();
  }

  async #back(): Promise<void> {
    await this.#exits.checkAll();
    for (const listener of this.#listeners) listener.reconnected();
  }
}
