import type { Container, Pod } from '../pod/types.ts';

/** What follows from an exit: kubelet-lifecycle 1.3. */
export type ExitDecision = 'restart' | 'restart-all' | 'stay';

/**
 * Decides what a container's exit leads to: its own rules first, then its own policy, then the Pod's.
 * For init containers the caller asks only after a failure, except for `restart-all`.
 */
export function exitDecision(pod: Pod, container: Container, exitCode: number): ExitDecision {
  if (container.restartPolicy !== undefined) {
    for (const rule of container.restartPolicyRules ?? []) {
      const listed = rule.exitCodes?.values?.includes(exitCode) ?? false;
      if (rule.exitCodes?.operator === 'In' ? !listed : listed) continue;
      return rule.action === 'RestartAllContainers' ? 'restart-all' : 'restart';
    }
    return byPolicy(container.restartPolicy, exitCode);
  }
  return byPolicy(pod.spec.restartPolicy, exitCode);
}

/** Whether a container that is killed while it runs (probe, new image) is started again, whatever it exits with. */
export function restartsAfterKill(pod: Pod, container: Container): boolean {
  return (container.restartPolicy ?? pod.spec.restartPolicy) !== 'Never';
}

/** Whether some rule of the Pod can restart all containers; only then does it have the condition AllContainersRestarting. */
export function canRestartAll(pod: Pod): boolean {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].some((container) =>
    container.restartPolicyRules?.some((rule) => rule.action === 'RestartAllContainers'),
  );
}

function byPolicy(policy: string, exitCode: number): ExitDecision {
  if (policy === 'Always') return 'restart';
  return policy === 'OnFailure' && exitCode !== 0 ? 'restart' : 'stay';
}
