import { existsSync } from 'node:fs';

/**
 * Where CRI engines of this machine may answer, best first: what the environment names (CONTAINER_RUNTIME_ENDPOINT as crictl,
 * CONTAINERD_ADDRESS as ctr), whether it is there or not; else the usual places where there is something.
 */
export function findCriSockets(env: Readonly<Record<string, string | undefined>>): string[] {
  const named = [env['CONTAINER_RUNTIME_ENDPOINT'] ?? '', env['CONTAINERD_ADDRESS'] ?? ''].filter((value) => value !== '');
  if (named.length > 0) return named.map(socketPath);
  return usualPlaces.filter((path) => existsSync(path));
}

/** `unix:///run/x.sock`, `unix:/run/x.sock` or `/run/x.sock` to the path. Throws for addresses that are no Unix socket. */
export function socketPath(address: string): string {
  const path = /^unix:(?:\/\/)?(?<path>\/(?!\/).*)$/.exec(address)?.groups?.['path'] ?? address;
  if (!path.startsWith('/'))
    throw new Error(`the address ${JSON.stringify(address)} of the container engine must be unix:///path/of/a/socket`);
  return path;
}

const usualPlaces = [
  '/run/containerd/containerd.sock',
  '/run/k3s/containerd/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
  '/run/k0s/containerd.sock',
  '/run/crio/crio.sock',
];
