import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { containerCommand } from '../../pod/command.ts';
import { ConfigError } from '../../pod/config-error.ts';
import { envFileValue } from '../../pod/env-file.ts';
import { containerEnvironment, withImageEnvironment } from '../../pod/environment.ts';
import { podHostname } from '../../pod/hosts.ts';
import type { References } from '../../pod/references.ts';
import { imageUser, verifyRunAsNonRoot } from '../../pod/security-context.ts';
import type { Container, Pod } from '../../pod/types.ts';
import type { ContainerAttempt } from '../../engine/runtime-service.ts';
import { followInside } from '../shared/container-path.ts';
import { signalNumber } from './signals.ts';
import type { ImageConfig, StandIns } from './stand-ins.ts';
import type { MountedVolume } from './volumes.ts';

/** What a container is told to run, before anything of it exists. */
export interface ContainerConfig {
  readonly image: ImageConfig;
  readonly command: readonly string[];
  /** All variables, those of the image included. */
  readonly environment: Readonly<Record<string, string>>;
  /** What `$(NAME)` in subPathExpr sees. */
  readonly podEnvironment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly stopSignal: number;
}

export interface ConfigContext {
  readonly pod: Pod;
  readonly references: References;
  readonly standIns: StandIns;
  readonly volumes: ReadonlyMap<string, MountedVolume>;
}

/** Works out a container's configuration from its Pod and its stand-in. Throws `ConfigError`. */
export function containerConfig(container: Container, attempt: ContainerAttempt, context: ConfigContext): ContainerConfig {
  const { pod, references, standIns, volumes } = context;
  const image = standIns.get(container.image) ?? {};
  verifyRunAsNonRoot(pod, container, imageUser(image.User));
  const readFileKey = (volume: string, path: string, key: string): string | undefined => {
    const root = volumes.get(volume)?.outside;
    if (root === undefined) throw new Error(`the Pod has no volume ${volume}`);
    return envFileValue(readFileSync(root + followInside(root, path), 'utf8'), key);
  };
  const podEnvironment = containerEnvironment(pod, container, references, { ...attempt, readFileKey });
  const base = [
    `PATH=${image.Root === undefined ? machinePath() : defaultPath}`,
    `HOSTNAME=${podHostname(pod).hostname}`,
    ...(container.tty === true ? ['TERM=xterm'] : []),
  ];
  return {
    image,
    command: commandOf(container, image, podEnvironment, standIns),
    environment: withImageEnvironment([...base, ...(image.Env ?? [])], podEnvironment),
    podEnvironment,
    workingDir: workingDirOf(container, image),
    stopSignal: stopSignal(container, image),
  };
}

export function workingDirOf({ workingDir }: Container, { WorkingDir }: ImageConfig): string {
  return posix.resolve('/', workingDir ?? WorkingDir ?? '/');
}

/** The machine is the image, so what is on its search path is what the container finds. */
function machinePath(): string {
  return process.env['PATH'] ?? defaultPath;
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function commandOf(container: Container, image: ImageConfig, environment: Readonly<Record<string, string>>, standIns: StandIns): string[] {
  const command = containerCommand(container, image, environment);
  if (command.length > 0) return command;
  const name = JSON.stringify(container.image);
  const cure = `give the container a "command", or say in a stand-ins file what the image runs: images: {${name}: {Entrypoint: [...]}}`;
  const what = standIns.has(container.image)
    ? `the stand-in for ${name} has neither Entrypoint nor Cmd`
    : `no image is pulled here, so nothing says what ${name} runs`;
  throw new ConfigError(`no command specified: ${what}; ${cure}`);
}

function stopSignal({ lifecycle }: Container, { StopSignal }: ImageConfig): number {
  const name = lifecycle?.stopSignal ?? StopSignal ?? 'SIGTERM';
  const number = signalNumber(name);
  if (number === undefined) throw new ConfigError(`stop signal ${JSON.stringify(name)} is not a signal of this machine`);
  return number;
}
