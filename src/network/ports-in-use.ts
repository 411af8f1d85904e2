import { createSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';
import type { PortMapping } from '../engine/runtime-service.ts';

/** Which of these ports of the machine somebody has, or this program may not use: one line each. Before the Pods start. */
export async function portsInUse(mappings: readonly PortMapping[]): Promise<string[]> {
  const problems = await Promise.all(mappings.map(async (mapping) => describe(mapping, await listenError(mapping))));
  return problems.flatMap((problem) => problem ?? []);
}

function describe({ hostPort, hostIP, protocol }: PortMapping, code: string | undefined): string | undefined {
  const port = `port ${hostPort}/${protocol} of this machine`;
  if (code === 'EADDRINUSE') return `${port} is in use; choose another one, or end who has it (ss -lpn 'sport = :${hostPort}')`;
  if (code === 'EADDRNOTAVAIL') return `${port} cannot be published at ${hostIP}: it is not an address of this machine`;
  return undefined;
}

/** The code of the error with which listening fails. Rights are not looked at: engines have more than this program. */
function listenError({ hostPort: port, hostIP, protocol }: PortMapping): Promise<string | undefined> {
  const host = hostIP || '0.0.0.0';
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve(error.code);
    if (protocol === 'UDP') {
      const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4').on('error', failed);
      socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(undefined)));
    } else if (protocol === 'TCP') {
      const server = createServer().on('error', failed);
      server.listen({ host, port }, () => server.close(() => resolve(undefined)));
    } else resolve(undefined);
  });
}
