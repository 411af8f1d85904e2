import { utf8Bytes, utf8Text } from '../pod/bytes.ts';
import { apiTime } from './api-time.ts';
import type { ContainerExited } from './observation.ts';
import { wake } from './pass.ts';
import type { Pass } from './pass.ts';
import { missedProbes } from './probes.ts';
import { requestRestartAll } from './restart-all.ts';
import { exitDecision } from './restart-policy.ts';
import { containerStarted, runtimeChanged } from './start-container.ts';
import type { ContainerTrack, PodState } from './state.ts';

/** A container ended, by itself or because it was told to. */
export function containerExited(pass: Pass, track: ContainerTrack, exited: ContainerExited): void {
  const { record } = track;
  if (record?.id !== exited.containerID || record.state === 'exited') return;
  const { state } = pass;
  if (record.state === 'created') {
    // It ended before its start was reported: people are to see both.
    containerStarted(pass, track, exited.containerID, exited.startedAt);
    state.deferred.push(exited);
    wake(pass, pass.now);
    return;
  }
  missedProbes(pass, track);
  record.state = 'exited';
  record.exitPass = state.pass;
  record.finishedAt = exited.finishedAt;
  record.exit = {
    exitCode: exited.exitCode,
    reason: exited.reason ?? (exited.exitCode === 0 ? 'Completed' : 'Error'),
    ...terminationMessage(state, exited.message),
    startedAt: apiTime(exited.startedAt),
    finishedAt: apiTime(exited.finishedAt),
    containerID: `${state.options.runtimeName}://${record.id}`,
  };
  track.start = undefined;
  track.stop = undefined;
  runtimeChanged(pass);
  if (exitDecision(state.pod, track.spec, exited.exitCode) === 'restart-all') requestRestartAll(pass, track);
}

/** All messages of a Pod together have at most this many bytes, shared out evenly (kubelet-lifecycle 7.4). */
const messageBytes = 12_288;

function terminationMessage(state: PodState, message = ''): { message?: string } {
  if (message === '') return {};
  const bytes = utf8Bytes(message);
  const most = Math.floor(messageBytes / state.containers.length);
  return { message: bytes.length <= most ? message : utf8Text(bytes.slice(0, most)) };
}
