import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineName } from '../../engines/engines.ts';
import { SupervisedRun } from '../supervised-run.ts';

export interface PullRequest {
  readonly engine: EngineName;
  /** Where the files of the run may be. */
  readonly folder: string;
  /** By the names of the Pods. */
  readonly pods: Readonly<Record<string, PullPod>>;
  /** The contents of the imagePullSecrets that all of them have. */
  readonly secrets?: readonly string[];
  /** Names of further imagePullSecrets, which are not there. */
  readonly missingSecrets?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export interface PullPod {
  readonly image: string;
  /** Of its containers, which run one after the other. */
  readonly policies: readonly ('Always' | 'IfNotPresent' | 'Never')[];
}

/** Runs Pods whose containers end as soon as they have their image. There are no logins but those that the request names. */
export function startPulls({ engine, folder, pods, secrets = [], missingSecrets = [], env = {}, args = [] }: PullRequest): SupervisedRun {
  const scratch = mkdtempSync(join(folder, `${engine}-`));
  const noLogins = join(scratch, 'no-logins');
  mkdirSync(noLogins);
  const secretItems = secrets.map((text, index) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `login-${index}` },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': text },
  }));
  const imagePullSecrets = [...secretItems.map(({ metadata }) => metadata), ...missingSecrets.map((name) => ({ name }))];
  const podItems = Object.entries(pods).map(([name, { image, policies }]) => {
    const containers = policies.map((imagePullPolicy, index) => ({
      name: `container-${index}`,
      image,
      imagePullPolicy,
      command: ['/bin/busybox', 'true'],
    }));
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { restartPolicy: 'Never', imagePullSecrets, initContainers: containers.slice(0, -1), containers: containers.slice(-1) },
    };
  });
  const manifest = join(scratch, 'manifest.json');
  writeFileSync(manifest, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...secretItems, ...podItems] }));
  return new SupervisedRun({
    manifest,
    engine,
    state: join(scratch, 'state'),
    args,
    env: { DOCKER_CONFIG: noLogins, REGISTRY_AUTH_FILE: join(noLogins, 'auth.json'), ...env },
  });
}

/** What the only container of a Pod waits for. */
export function waiting(run: SupervisedRun, pod: string): { readonly reason?: string; readonly message?: string } {
  return run.pods.get(pod)?.status.containerStatuses?.[0]?.state?.waiting ?? {};
}

/** The Events of a Pod's images, in order. */
export function imageEvents(run: SupervisedRun, pod: string): string[] {
  return [...run.events.values()]
    .filter(({ involvedObject, message }) => involvedObject.name === pod && !/^Container (created|started)$/.test(message ?? ''))
    .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
}
