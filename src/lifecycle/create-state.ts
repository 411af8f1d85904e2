import type { Pod } from '../pod/types.ts';
import { qosClass } from '../pod/qos.ts';
import { defaultBackOff } from './back-off.ts';
import { containerTracks } from './container-track.ts';
import { takeOver } from './take-over.ts';
import type { RuntimeReport } from './runtime-report.ts';
import type { LifecycleOptions, PodState } from './state.ts';
import { podStatus } from './status/pod-status.ts';

export type { ReportedRecord, RuntimeReport } from './runtime-report.ts';

/**
 * The state of a Pod that nothing was done for yet, or, with `report`, of one that was supervised before: completed init
 * containers stay completed, what runs goes on, and what was started and ready stays so (kubelet-lifecycle 2.6, 4.3).
 */
export function createPodState(pod: Pod, now: number, options: Partial<LifecycleOptions> = {}, report?: RuntimeReport): PodState {
  const state: PodState = {
    pod,
    options: {
      initFailure: 'restart',
      crashLoopBackOff: defaultBackOff,
      imageBackOff: defaultBackOff,
      runtimeName: 'containerd',
      kubernetesMinor: 36,
      ...options,
    },
    pass: 0,
    startTime: report?.status?.startTime === undefined ? now : Date.parse(report.status.startTime),
    volumes: { phase: 'unmounted', message: undefined, retryAt: 0, mountedAt: now },
    sandbox: { phase: 'none', id: '', attempt: 0, ips: [], hostIPs: [], message: undefined, retryAt: 0 },
    containers: containerTracks(pod.spec),
    imageBackOffs: {},
    relistAt: 0,
    deferred: [],
    resume: undefined,
    deletion: undefined,
    termination: undefined,
    restartAll: undefined,
    failure: undefined,
    finished: false,
    qosClass: qosClass(pod),
    status: report?.status ?? { phase: 'Pending' },
    dirty: true,
  };
  if (report !== undefined) takeOver(state, report, now);
  if (report?.status === undefined) state.status = podStatus(state, now);
  return state;
}
