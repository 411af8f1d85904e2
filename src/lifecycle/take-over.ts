import { act } from './pass.ts';
import type { Pass } from './pass.ts';
import { requestRestartAll } from './restart-all.ts';
import { exitDecision } from './restart-policy.ts';
import { restoreContainer } from './restore-container.ts';
import type { RuntimeReport } from './runtime-report.ts';
import { sandboxLost } from './sandbox.ts';
import { lastingEntries } from './state.ts';
import type { PodState } from './state.ts';
import { isTerminal } from './status/phase.ts';
import { beginTermination } from './termination.ts';

/** Makes a fresh state that of a Pod which was supervised before. What is to be done about it is left to the first step. */
export function takeOver(state: PodState, report: RuntimeReport, now: number): void {
  const { sandbox, records } = report;
  // Records without a running sandbox: it was lost, as after a reboot.
  const isLost = sandbox === undefined && Object.values(records).some((list) => list.length > 0);
  if (sandbox !== undefined) Object.assign(state.sandbox, sandbox, { phase: 'ready' });
  if (isLost) Object.assign(state.sandbox, { phase: 'ready', id: 'lost', attempt: report.lastAttempt ?? 0 });
  restoreDeletion(state);
  if (isTerminal(state.status.phase)) restoreFailure(state);
  const obsolete = state.containers.flatMap((track) => restoreContainer(state, track, report, now));
  state.resume = { isLost, obsolete };
}

/** The first step of a Pod that was taken over: what was under way is begun again, and what was missed is caught up with. */
export function resume(pass: Pass): void {
  const { state } = pass;
  if (state.resume === undefined) return;
  const { isLost, obsolete } = state.resume;
  state.resume = undefined;
  for (const { container, containerID } of obsolete) act(pass, { type: 'RemoveContainer', container, containerID });
  if (state.deletion !== undefined) beginTermination(pass, 'deleted');
  else if (isTerminal(state.status.phase)) beginTermination(pass, 'completed');
  if (isLost) return sandboxLost(pass, state.sandbox.id);
  for (const track of lastingEntries(state)) {
    const exit = track.record?.exit;
    if (exit !== undefined && exitDecision(state.pod, track.spec, exit.exitCode) === 'restart-all') requestRestartAll(pass, track);
  }
}

/** Why a Pod that has come to its end has failed. */
function restoreFailure(state: PodState): void {
  const { reason, message = '' } = state.status;
  if (reason !== undefined && reason !== '') state.failure = { reason, message };
}

function restoreDeletion(state: PodState): void {
  const { deletionTimestamp, deletionGracePeriodSeconds } = state.pod.metadata;
  if (deletionTimestamp === undefined) return;
  const graceSeconds = deletionGracePeriodSeconds ?? state.pod.spec.terminationGracePeriodSeconds;
  state.deletion = { requestedAt: Date.parse(deletionTimestamp) - graceSeconds * 1000, graceSeconds };
}
