import type { Clock } from '../engine/clock.ts';
import type { HandlerRunner, HandlerTarget, ProbeOutcome } from '../engine/handler-runner.ts';
import type { Probe } from '../pod/types.ts';
import { runHook } from './run-hook.ts';
import { runProbe } from './run-probe.ts';

/**
 * Runs probes and hooks as the kubelet does: network handlers from this process, exec through the runtime. `clock` gives
 * the timeouts. A probe that cannot be run is tried three times in all before its result is unknown.
 */
export function createHandlerRunner(clock: Clock): HandlerRunner {
  return {
    probe: (target, probe) => probeWithRetries(clock, target, probe),
    hook: (target, handler, timeoutMs) => runHook(clock, target, handler, timeoutMs),
  };
}

const maxAttempts = 3;

async function probeWithRetries(clock: Clock, target: HandlerTarget, probe: Probe): Promise<ProbeOutcome> {
  let outcome = await runProbe(clock, target, probe);
  for (let attempt = 1; outcome.result === 'unknown' && attempt < maxAttempts; attempt++) outcome = await runProbe(clock, target, probe);
  return outcome;
}
