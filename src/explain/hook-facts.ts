import type { LifecycleHandler, Pod } from '../pod/types.ts';
import { podContainers } from './pod-containers.ts';
import type { ContainerRole } from './pod-containers.ts';

/** A lifecycle hook of a container: kubelet-lifecycle 5. */
export interface HookFacts {
  readonly container: string;
  readonly role: ContainerRole;
  readonly hook: 'postStart' | 'preStop';
  readonly handler: LifecycleHandler;
  /** How long it takes, where the manifest says so (sleep) or it cannot run at all (tcpSocket). */
  readonly seconds?: number;
}

export function hookFacts(pod: Pod): HookFacts[] {
  return podContainers(pod.spec).flatMap(({ name, role, spec }) =>
    (['postStart', 'preStop'] as const).flatMap((hook) => {
      const handler = spec.lifecycle?.[hook];
      const seconds = hookSeconds(handler);
      return handler === undefined ? [] : [{ container: name, role, hook, handler, ...(seconds !== undefined && { seconds }) }];
    }),
  );
}

/** How long a hook takes; 0 without one, undefined where only running it can tell. */
export function hookSeconds(handler: LifecycleHandler | undefined): number | undefined {
  if (handler === undefined || handler.tcpSocket !== undefined) return 0;
  return handler.sleep?.seconds;
}
