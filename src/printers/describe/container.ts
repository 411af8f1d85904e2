import { fieldValue, resourceValue } from '../../pod/downward-api.ts';
import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Pod,
  Probe,
  ResourceRequirements,
} from '../../pod/types.ts';
import type { Row } from '../tab-writer.ts';
import { orNone, row, timeText } from './rows.ts';

/** A list of containers under its title. */
export function containerRows(
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] | undefined,
  pod: Pod,
): Row[] {
  const rows = containers.map((container) =>
    oneContainer(
      container,
      statuses?.find(({ name }) => name === container.name),
      pod,
    ),
  );
  return [row(0, `${title}:`), ...rows.flat()];
}

export function resourceRows(resources: ResourceRequirements | undefined, level: number): Row[] {
  const list = (title: string, amounts: Readonly<Record<string, string>> = {}): Row[] => {
    const names = Object.keys(amounts).sort();
    if (names.length === 0) return [];
    return [row(level, `${title}:`), ...names.map((name) => row(level + 1, `${name}:`, amounts[name] ?? ''))];
  };
  return [...list('Limits', resources?.limits), ...list('Requests', resources?.requests)];
}

function oneContainer(container: Container, status: ContainerStatus | undefined, pod: Pod): Row[] {
  const { name, image, ports = [], securityContext, command, args, env = [], resources } = container;
  const { type: seccomp, localhostProfile } = securityContext?.seccompProfile ?? {};
  return [
    row(1, `${name}:`),
    ...(status === undefined ? [] : [row(2, 'Container ID:', status.containerID ?? '')]),
    row(2, 'Image:', image),
    ...(status === undefined ? [] : [row(2, 'Image ID:', status.imageID)]),
    portRow('Port', ports, ({ containerPort }) => containerPort),
    portRow('Host Port', ports, ({ hostPort = 0 }) => hostPort),
    ...(seccomp === undefined ? [] : [row(2, 'SeccompProfile:', seccomp)]),
    ...(localhostProfile === undefined ? [] : [row(3, 'LocalhostProfile:', localhostProfile)]),
    ...wordRows('Command', command),
    ...wordRows('Args', args),
    ...(status === undefined ? [] : statusRows(status)),
    ...resourceRows(resources, 2),
    ...probeRows(container),
    ...envFromRows(container),
    row(2, 'Environment:', ...(env.length === 0 ? ['<none>'] : [])),
    ...env.flatMap((variable) => envRows(variable, container, pod)),
    ...mountRows(container),
  ];
}

function portRow(title: string, ports: readonly ContainerPort[], number: (port: ContainerPort) => number): Row {
  const texts = ports.map((port) => `${number(port)}/${port.protocol ?? 'TCP'}${port.name ? ` (${port.name})` : ''}`);
  return row(2, texts.length > 1 ? `${title}s:` : `${title}:`, orNone(texts.join(', ')));
}

function wordRows(title: string, words: readonly string[] | undefined): Row[] {
  if (words === undefined || words.length === 0) return [];
  return [row(2, `${title}:`), ...words.flatMap((word) => word.split('\n')).map((line) => row(3, line))];
}

function statusRows({ state = {}, lastState, ready, restartCount }: ContainerStatus): Row[] {
  return [
    ...stateRows('State', state),
    ...(lastState?.terminated === undefined ? [] : stateRows('Last State', lastState)),
    row(2, 'Ready:', ready ? 'True' : 'False'),
    row(2, 'Restart Count:', String(restartCount)),
  ];
}

function stateRows(title: string, { running, waiting, terminated }: ContainerState): Row[] {
  const optional = (name: string, text: string | undefined): Row[] => (text ? [row(3, `${name}:`, text)] : []);
  if (running !== undefined) return [row(2, `${title}:`, 'Running'), row(3, 'Started:', timeText(running.startedAt))];
  if (terminated === undefined) return [row(2, `${title}:`, 'Waiting'), ...optional('Reason', waiting?.reason)];
  const { reason, message, exitCode, signal, startedAt, finishedAt } = terminated;
  return [
    row(2, `${title}:`, 'Terminated'),
    ...optional('Reason', reason),
    ...optional('Message', message),
    row(3, 'Exit Code:', String(exitCode)),
    ...optional('Signal', signal ? String(signal) : undefined),
    row(3, 'Started:', timeText(startedAt)),
    row(3, 'Finished:', timeText(finishedAt)),
  ];
}

function probeRows({ livenessProbe, readinessProbe, startupProbe }: Container): Row[] {
  const probes = { Liveness: livenessProbe, Readiness: readinessProbe, Startup: startupProbe };
  return Object.entries(probes).flatMap(([title, probe]) => (probe === undefined ? [] : [row(2, `${title}:`, probeText(probe))]));
}

function probeText(probe: Probe): string {
  const { initialDelaySeconds = 0, timeoutSeconds, periodSeconds, successThreshold, failureThreshold } = probe;
  const times = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s`;
  return `${handlerText(probe)} ${times} successThreshold=${successThreshold} failureThreshold=${failureThreshold}`;
}

function handlerText({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec !== undefined) return `exec [${(exec.command ?? []).join(' ')}]`;
  if (httpGet !== undefined) {
    const { scheme, host = '', port, path } = httpGet;
    return `http-get ${scheme.toLowerCase()}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
  }
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`;
  return grpc === undefined ? 'unknown' : `grpc <pod>:${grpc.port} ${grpc.service}`;
}

function envFromRows({ envFrom = [] }: Container): Row[] {
  if (envFrom.length === 0) return [];
  const rows = envFrom.map(({ prefix, configMapRef, secretRef }) => {
    const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
    const kind = configMapRef === undefined ? 'Secret' : 'ConfigMap';
    return row(3, name, prefix ? `${kind} with prefix '${prefix}'` : kind, `Optional: ${optional}`);
  });
  return [row(2, 'Environment Variables from:'), ...rows];
}

function envRows({ name, value = '', valueFrom }: EnvVar, container: Container, pod: Pod): Row[] {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  if (fieldRef !== undefined) {
    // Of the rest kubectl names only the path.
    const known = fieldRef.fieldPath.startsWith('metadata.') ? fieldValue(pod, { nodeName: '' }, fieldRef.fieldPath) : '';
    return [row(3, `${name}:`, `${known} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`)];
  }
  if (resourceFieldRef !== undefined) {
    const { resource } = resourceFieldRef;
    const amount = resourceValue(pod, { allocatable: {} }, resourceFieldRef, container);
    return [row(3, `${name}:`, `${amount === '0' && resource.startsWith('limits.') ? 'node allocatable' : amount} (${resource})`)];
  }
  const key = secretKeyRef ?? configMapKeyRef;
  if (key !== undefined) {
    const where = secretKeyRef === undefined ? `of config map '${key.name ?? ''}'` : `in secret '${key.name ?? ''}'`;
    return [row(3, `${name}:`, `<set to the key '${key.key}' ${where}>`, `Optional: ${key.optional ?? false}`)];
  }
  return value.split('\n').map((line, index) => row(3, index === 0 ? `${name}:` : '', line));
}

function mountRows({ volumeMounts = [], volumeDevices = [] }: Container): Row[] {
  const mounts = volumeMounts.toSorted((a, b) => (a.mountPath < b.mountPath ? -1 : 1));
  const devices = volumeDevices.toSorted((a, b) => (a.devicePath < b.devicePath ? -1 : 1));
  return [
    row(2, 'Mounts:', ...(mounts.length === 0 ? ['<none>'] : [])),
    ...mounts.map(({ mountPath, name, readOnly, subPath }) => {
      const path = subPath ? `,path=${JSON.stringify(subPath)}` : '';
      return row(3, `${mountPath} from ${name} (${readOnly ? 'ro' : 'rw'}${path})`);
    }),
    ...(devices.length === 0 ? [] : [row(2, 'Devices:'), ...devices.map(({ devicePath, name }) => row(3, `${devicePath} from ${name}`))]),
  ];
}
