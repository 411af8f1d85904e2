import type { EngineContainer, EngineSandbox } from '../containers/container-engine.ts';
import type { ContainerInspect } from './api-types.ts';
import { ownLabels } from './labels.ts';

/** A container as the engine describes it, in the CRI's shape. */
export function containerOf(inspect: ContainerInspect): EngineContainer {
  const { Id, State, Config, Image } = inspect;
  const labels = Config.Labels ?? {};
  const [startedAt, finishedAt] = [timeOf(State.StartedAt), timeOf(State.FinishedAt)];
  return {
    id: Id,
    labels,
    sandboxID: labels[ownLabels.sandbox] ?? '',
    state: stateOf(State.Status),
    createdAt: timeOf(inspect.Created),
    startedAt,
    // Podman takes both from files, of which the later may be older.
    finishedAt: finishedAt === 0 ? 0 : Math.max(startedAt, finishedAt),
    exitCode: State.ExitCode,
    oomKilled: State.OOMKilled,
    imageID: Image.startsWith('sha256:') ? Image : `sha256:${Image}`,
    ...(State.Error !== undefined && State.Error !== '' && { message: State.Error }),
    ...(State.Pid > 0 && { pid: State.Pid }),
  };
}

export function sandboxOf(
  { Id, Created, State, Config, HostConfig, NetworkSettings }: ContainerInspect,
  hostIPs: readonly string[],
): EngineSandbox {
  const labels = Config.Labels ?? {};
  return {
    id: Id,
    labels,
    attempt: Number(labels[ownLabels.attempt] ?? 0),
    state: State.Running ? 'ready' : 'notready',
    createdAt: timeOf(Created),
    ips: HostConfig.NetworkMode === 'host' ? hostIPs : addressesOf(NetworkSettings),
    ...(State.Pid > 0 && { pid: State.Pid }),
  };
}

/** Docker: created, running, paused, restarting, removing, exited, dead; Podman also configured, initialized, stopped and stopping. */
function stateOf(status: string): EngineContainer['state'] {
  if (['created', 'configured', 'initialized'].includes(status)) return 'created';
  if (['running', 'paused', 'stopping'].includes(status)) return 'running';
  return ['exited', 'stopped', 'dead', 'removing'].includes(status) ? 'exited' : 'unknown';
}

function addressesOf({ Networks, IPAddress, GlobalIPv6Address }: ContainerInspect['NetworkSettings']): string[] {
  const endpoints = Object.values(Networks ?? {});
  const all = endpoints.length > 0 ? endpoints : [{ IPAddress, GlobalIPv6Address }];
  return all
    .flatMap((endpoint) => [endpoint.IPAddress, endpoint.GlobalIPv6Address])
    .filter((address): address is string => address !== undefined && address !== '');
}

/** Milliseconds since the epoch; 0 for the engine's "never". */
function timeOf(text: string): number {
  const time = Date.parse(text);
  return Number.isNaN(time) || time < 0 ? 0 : time;
}
