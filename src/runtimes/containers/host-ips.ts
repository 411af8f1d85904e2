import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** The machine's addresses as a node's: those of the interface that leads elsewhere, else of any other, else 127.0.0.1. */
export function hostIPs(): string[] {
  const interfaces = networkInterfaces();
  const others = Object.keys(interfaces).filter((name) => !/^(lo|docker|br-|veth|cni|podman|virbr)/.test(name));
  for (const name of [defaultInterface(), ...others]) {
    const addresses = (name === undefined ? [] : (interfaces[name] ?? [])).filter(
      ({ internal, scopeid = 0 }) => !internal && scopeid === 0,
    );
    const ofFamily = (family: string): string[] =>
      addresses.flatMap((entry) => (entry.family === family ? [entry.address] : [])).slice(0, 1);
    const ips = [...ofFamily('IPv4'), ...ofFamily('IPv6')];
    if (ips.length > 0) return ips;
  }
  return ['127.0.0.1'];
}

/** The one that the kernel's default route leads through. */
function defaultInterface(): string | undefined {
  try {
    const routes = readFileSync('/proc/net/route', 'utf8')
      .split('\n')
      .map((line) => line.split('\t'));
    return routes.find(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')?.[0];
  } catch {
    return undefined;
  }
}
