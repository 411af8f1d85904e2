import { exitDecision, restartsAfterKill } from '../lifecycle/restart-policy.ts';
import type { ProbeKind } from '../lifecycle/action.ts';
import type { Pod, Probe } from '../pod/types.ts';
import { podContainers } from './pod-containers.ts';
import type { ContainerRole, PodContainer } from './pod-containers.ts';
import { restartSchedule } from './restart-schedule.ts';
import type { Restart } from './restart-schedule.ts';

/** A span in seconds: what the manifest's numbers allow. */
export interface Range {
  readonly earliest: number;
  readonly latest: number;
}

/** What one probe can do. Seconds everywhere; sources: kubelet-lifecycle 4.3 and 4.6. */
export interface ProbeFacts {
  readonly container: string;
  readonly role: ContainerRole;
  readonly kind: ProbeKind;
  readonly handler: Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'>;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** Whether it is first asked when the startup probe has passed, not from the container's start on. */
  readonly afterStartupProbe: boolean;
  /**
   * From the container's start until it can have passed. With a successThreshold above 1 that is by the period alone: the kubelet
   * also asks an unready container whenever something else changes in the Pod.
   */
  readonly passesAfterSeconds: number;
  /** From the container's start until it is killed, if it never passes. Only where it is asked from the start on. */
  readonly killedAfterSeconds?: Range;
  /** From the moment it stops to answer: until it is killed (startup, liveness) or no longer ready (readiness). */
  readonly noticedAfterSeconds: Range;
  readonly kill?: ProbeKill;
}

export interface ProbeKill {
  /** The budget of the kill: the probe's own, else the Pod's. */
  readonly graceSeconds: number;
  readonly restarted: boolean;
  /** Policy OnFailure: a restart that has to wait is decided anew, by the exit code, which may be 0 then. */
  readonly onlyAfterFailure: boolean;
  /** If it is killed as early as it can be, every time, and ends as soon as it is told. */
  readonly restarts: readonly Restart[];
}

export function probeFacts(pod: Pod): ProbeFacts[] {
  return podContainers(pod.spec).flatMap((container) =>
    (['startup', 'readiness', 'liveness'] as const).flatMap((kind) => {
      const probe = container.spec[`${kind}Probe`];
      return probe === undefined ? [] : [factsOf(pod, container, kind, probe)];
    }),
  );
}

function factsOf(pod: Pod, container: PodContainer, kind: ProbeKind, probe: Probe): ProbeFacts {
  const { initialDelaySeconds = 0, periodSeconds, timeoutSeconds, successThreshold, failureThreshold } = probe;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  const afterStartupProbe = kind !== 'startup' && container.spec.startupProbe !== undefined;
  const noticedAfterSeconds = failsAfter(probe);
  const killedAfterSeconds = {
    earliest: initialDelaySeconds + noticedAfterSeconds.earliest,
    latest: initialDelaySeconds + noticedAfterSeconds.latest,
  };
  return {
    container: container.name,
    role: container.role,
    kind,
    handler: { ...(exec && { exec }), ...(httpGet && { httpGet }), ...(tcpSocket && { tcpSocket }), ...(grpc && { grpc }) },
    initialDelaySeconds,
    periodSeconds,
    timeoutSeconds,
    successThreshold,
    failureThreshold,
    afterStartupProbe,
    passesAfterSeconds: initialDelaySeconds + (successThreshold - 1) * periodSeconds,
    ...(kind !== 'readiness' && !afterStartupProbe && { killedAfterSeconds }),
    noticedAfterSeconds,
    ...(kind !== 'readiness' && { kill: killOf(pod, container, probe, killedAfterSeconds.earliest) }),
  };
}

/**
 * Attempts come every period, at any place in it, or one right after the other where they take longer. The earliest end is that of
 * attempts which fail at once, the latest that of ones which take their whole timeout.
 */
function failsAfter({ periodSeconds, timeoutSeconds, failureThreshold }: Probe): Range {
  return {
    earliest: (failureThreshold - 1) * periodSeconds,
    latest: failureThreshold * Math.max(periodSeconds, timeoutSeconds) + timeoutSeconds,
  };
}

const shownRestarts = 8;

function killOf(pod: Pod, { role, spec }: PodContainer, probe: Probe, livedSeconds: number): ProbeKill {
  const restarted = role === 'sidecar' || restartsAfterKill(pod, spec);
  return {
    graceSeconds: probe.terminationGracePeriodSeconds ?? Math.max(1, pod.spec.terminationGracePeriodSeconds),
    restarted,
    onlyAfterFailure: restarted && role === 'main' && exitDecision(pod, spec, 0) === 'stay',
    restarts: restarted ? restartSchedule({ count: shownRestarts, runSeconds: [livedSeconds], killed: true }) : [],
  };
}
