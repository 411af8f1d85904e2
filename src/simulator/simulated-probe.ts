import type { ProbeKind } from '../lifecycle/action.ts';
import type { Container, Probe } from '../pod/types.ts';
import type { Attempt } from './behaviour.ts';
import type { VirtualFiles } from './virtual-files.ts';

export interface ProbedInstance {
  readonly id: string;
  readonly attempt: Attempt;
  readonly startedAt: number;
}

export interface SimulatedOutcome {
  readonly result: 'success' | 'failure';
  readonly output: string;
  readonly takesMs: number;
}

/** What a probe of a simulated container answers: as told by its behaviour, else by what its command can be seen to do. */
export function simulateProbe(
  { kind, probe, container }: { readonly kind: ProbeKind; readonly probe: Probe; readonly container: Container },
  instance: ProbedInstance,
  files: VirtualFiles,
  now: number,
  probeMs: number,
): SimulatedOutcome {
  const answer = (good: boolean, output = ''): SimulatedOutcome => ({
    result: good ? 'success' : 'failure',
    output: good ? '' : output,
    takesMs: probeMs,
  });
  const windows = instance.attempt.probes?.[kind];
  const since = now - instance.startedAt;
  if (windows !== undefined)
    return answer(
      windows.some(({ fromMs, untilMs }) => since >= fromMs && since < untilMs),
      failureText(probe),
    );
  const [program = '', ...args] = probe.exec?.command ?? [];
  const timeoutMs = probe.timeoutSeconds * 1000;
  switch (program.split('/').at(-1)) {
    case 'false':
      return answer(false);
    case 'sleep': {
      const ms = Number(args[0]) * 1000;
      if (ms < timeoutMs) return { ...answer(true), takesMs: ms };
      return {
        result: 'failure',
        output: `command timed out: "sleep ${args[0] ?? ''}" timed out after ${probe.timeoutSeconds}s`,
        takesMs: timeoutMs,
      };
    }
    case 'test':
    case 'cat':
    case 'ls': {
      const path = args.at(-1) ?? '';
      return answer(files.has(container, instance.id, path));
    }
    default:
      return answer(true);
  }
}

function failureText({ httpGet, tcpSocket, grpc }: Probe): string {
  if (httpGet !== undefined) return 'HTTP probe failed with statuscode: 503';
  if (tcpSocket !== undefined) return `dial tcp 10.0.0.1:${tcpSocket.port}: connect: connection refused`;
  return grpc === undefined ? '' : 'service unhealthy (responded with "NOT_SERVING")';
}
