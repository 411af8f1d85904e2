import type { Pod, Service } from './types.ts';

/**
 * The variables that tell a container where Services are: `NAME_SERVICE_HOST`, `NAME_SERVICE_PORT[_PORTNAME]` and the
 * ones of Docker links (`NAME_PORT_80_TCP_ADDR`, ...). Services of the Pod's namespace count when `enableServiceLinks`
 * is not false; the Service `kubernetes` of `default` always does. A Service without a cluster IP has none.
 */
export function serviceEnvironment(pod: Pod, services: readonly Service[]): Record<string, string> {
  const links = pod.spec.enableServiceLinks ?? true;
  const visible = new Map<string, Service>();
  for (const service of services) {
    const { name, namespace } = service.metadata ?? {};
    if (name === undefined || !hasClusterIP(service)) continue;
    if (namespace === 'default' && name === 'kubernetes') {
      if (!visible.has(name)) visible.set(name, service);
    } else if (links && namespace === pod.metadata.namespace) visible.set(name, service);
  }
  return Object.fromEntries([...visible].flatMap(([name, service]) => variables(name, service)));
}

function hasClusterIP(service: Service): boolean {
  const ip = service.spec?.clusterIP ?? '';
  return ip !== '' && ip !== 'None';
}

function variables(service: string, { spec }: Service): [string, string][] {
  const ip = spec?.clusterIP ?? '';
  const ports = spec?.ports ?? [];
  const [first] = ports;
  if (first === undefined) return [];
  const prefix = variableName(service);
  const host = ip.includes(':') ? `[${ip}]` : ip;
  const url = (port: typeof first) => `${(port.protocol ?? 'TCP').toLowerCase()}://${host}:${port.port}`;
  return [
    [`${prefix}_SERVICE_HOST`, ip],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports.flatMap(({ name, port }): [string, string][] =>
      name ? [[`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)]] : [],
    ),
    [`${prefix}_PORT`, url(first)],
    ...ports.flatMap((port): [string, string][] => {
      const protocol = port.protocol ?? 'TCP';
      const link = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`;
      return [
        [link, url(port)],
        [`${link}_PROTO`, protocol.toLowerCase()],
        [`${link}_PORT`, String(port.port)],
        [`${link}_ADDR`, ip],
      ];
    }),
  ];
}

function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
