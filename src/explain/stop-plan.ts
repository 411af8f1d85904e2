import { minimumStopSeconds } from '../lifecycle/grace.ts';
import type { Container, Pod } from '../pod/types.ts';
import { hookSeconds } from './hook-facts.ts';
import { namesOf, podContainers, withRole } from './pod-containers.ts';
import type { ContainerRole, PodContainer } from './pod-containers.ts';
import type { Range } from './probe-facts.ts';
import { ignoresSigterm } from './process-one.ts';
import type { SignalIgnored } from './process-one.ts';

/**
 * How the running Pod is taken down after a deletion: kubelet-lifecycle 6.2 and 6.3. Seconds after the deletion; where hooks run the
 * kubelet's rounding to whole seconds may add up to one.
 */
export interface StopPlan {
  /** The one budget of all containers. */
  readonly graceSeconds: number;
  /** In the order in which they are told to stop: main containers, then the sidecars, last one first. */
  readonly containers: readonly ContainerStop[];
  readonly latestEndSeconds: number;
  /** If the Pod is deleted while one of these still runs, it is told to stop at once; no sidecar waits for it. */
  readonly initContainers: readonly { readonly container: string; readonly role: 'init'; readonly ignoresSigterm?: SignalIgnored }[];
}

export interface ContainerStop {
  readonly container: string;
  readonly role: Exclude<ContainerRole, 'init'>;
  readonly preStop: boolean;
  /** How long its preStop hook takes, where that is known. */
  readonly preStopSeconds?: number;
  /** What has to have ended before its signal, as far as it runs and while the budget lasts. */
  readonly after: readonly string[];
  /** The signal that the manifest asks for, instead of the image's STOPSIGNAL or SIGTERM. */
  readonly stopSignal?: string;
  readonly signalAtSeconds: Range;
  /** When it is killed if it has not ended by then. */
  readonly killAtSeconds: Range;
  /** Why it probably does not end when it is told. */
  readonly ignoresSigterm?: SignalIgnored;
}

export function stopPlan({ spec }: Pod): StopPlan {
  const graceSeconds = Math.max(1, spec.terminationGracePeriodSeconds);
  const all = podContainers(spec);
  const main = withRole(all, 'main');
  const stops = main.map((container) => stopOf(spec, container, graceSeconds, [], 0));
  let ended = Math.max(...stops.map(({ signalAtSeconds }) => signalAtSeconds.earliest));
  let next: readonly PodContainer[] = [];
  for (const sidecar of withRole(all, 'sidecar').reverse()) {
    const stop = stopOf(spec, sidecar, graceSeconds, [...namesOf(main), ...namesOf(next)], ended);
    stops.push(stop);
    ended = stop.signalAtSeconds.earliest;
    next = [sidecar];
  }
  return {
    graceSeconds,
    containers: stops,
    latestEndSeconds: Math.max(...stops.map(({ killAtSeconds }) => killAtSeconds.latest)),
    initContainers: withRole(all, 'init').map(({ name, spec: own }) => ({ container: name, role: 'init', ...ignored(spec, own) })),
  };
}

/** `turnAt`: when what it waits for has ended, if that ends as soon as it is told. */
function stopOf(spec: Pod['spec'], container: PodContainer, grace: number, after: readonly string[], turnAt: number): ContainerStop {
  const { name, role, spec: own } = container;
  const preStop = own.lifecycle?.preStop;
  const known = hookSeconds(preStop);
  const hook = Math.min(known ?? 0, grace);
  const signal: Range = {
    earliest: Math.min(Math.max(hook, turnAt), grace),
    latest: after.length > 0 || known === undefined ? grace : hook,
  };
  return {
    container: name,
    role: role === 'sidecar' ? 'sidecar' : 'main',
    preStop: preStop !== undefined,
    ...(preStop !== undefined && known !== undefined && { preStopSeconds: hook }),
    after,
    ...(own.lifecycle?.stopSignal !== undefined && { stopSignal: own.lifecycle.stopSignal }),
    signalAtSeconds: signal,
    killAtSeconds: { earliest: killAt(signal.earliest, grace), latest: killAt(signal.latest, grace) },
    ...ignored(spec, own),
  };
}

function ignored(spec: Pod['spec'], container: Container): { ignoresSigterm?: SignalIgnored } {
  const ignoresBy = ignoresSigterm(spec, container);
  return ignoresBy === undefined ? {} : { ignoresSigterm: ignoresBy };
}

/** SIGKILL comes when the budget is used up, but never sooner than two seconds after the signal. */
function killAt(signalAt: number, grace: number): number {
  return Math.max(grace, signalAt + minimumStopSeconds);
}
