import type { Clock } from '../engine/clock.ts';
import type { HandlerRunner, HandlerTarget, HookOutcome, ProbeOutcome } from '../engine/handler-runner.ts';
import type { LifecycleHandler, Probe } from '../pod/types.ts';
import { goesToPod, type PodNetworks } from './pod-network.ts';
import { runHook } from './run-hook.ts';
import { runProbe } from './run-probe.ts';

/**
 * Runs probes and hooks as the kubelet does: network handlers from this process, exec through the runtime. `clock` gives
 * the timeouts. A probe that cannot be run is tried three times in all before its result is unknown. `networks` serves Pods that this
 * process cannot reach.
 */
export function createHandlerRunner(clock: Clock, networks?: PodNetworks): HandlerRunner {
  return {
    probe: (target, probe) => withRetries(() => probeFrom(clock, networks, target, probe)),
    hook: (target, handler, timeoutMs) => hookFrom(clock, networks, target, handler, timeoutMs),
  };
}

const maxAttempts = 3;

async function withRetries(probe: () => Promise<ProbeOutcome>): Promise<ProbeOutcome> {
  let outcome = await probe();
  for (let attempt = 1; outcome.result === 'unknown' && attempt < maxAttempts; attempt++) outcome = await probe();
  return outcome;
}

function probeFrom(clock: Clock, networks: PodNetworks | undefined, target: HandlerTarget, probe: Probe): Promise<ProbeOutcome> {
  const { networkEntry } = target;
  if (networks === undefined || networkEntry === undefined || !goesToPod(probe, target)) return runProbe(clock, target, probe);
  return networks.run(networkEntry, target, { probe }).then(
    (outcome) => outcome as ProbeOutcome,
    (error: unknown) => ({ result: 'unknown', output: (error as Error).message }),
  );
}

function hookFrom(
  clock: Clock,
  networks: PodNetworks | undefined,
  target: HandlerTarget,
  hook: LifecycleHandler,
  timeoutMs: number | undefined,
): Promise<HookOutcome> {
  const { networkEntry } = target;
  if (networks === undefined || networkEntry === undefined || !goesToPod(hook, target)) return runHook(clock, target, hook, timeoutMs);
  return networks.run(networkEntry, target, { hook, ...(timeoutMs !== undefined && { timeoutMs }) }).then(
    (outcome) => outcome as HookOutcome,
    (error: unknown) => ({ ok: false, message: (error as Error).message }),
  );
}
