import type { PodList } from '../agent/api-types.ts';
import { liveSockets, socketDirectory } from '../agent/sockets.ts';
import type { Pod } from '../pod/types.ts';
import { Failure } from './failure.ts';
import { forgottenPods } from './forgotten-pods.ts';
import { stateDirectory } from './state-directory.ts';
import { ServerError, SupervisorClient } from './supervisor-client.ts';

/** Where a command looks for Pods. */
export interface PodScope {
  readonly namespace: string;
  /** `--state-dir`. */
  readonly stateDir: string | undefined;
}

/** A Pod with whoever supervises it. */
export interface SupervisedPod {
  readonly pod: Pod;
  readonly client: SupervisorClient;
}

/** Everybody who supervises Pods of the state folder, the agent first. */
export async function connectSupervisors(stateDir: string | undefined): Promise<SupervisorClient[]> {
  const sockets = await liveSockets(socketDirectory(stateDirectory(stateDir, process.env)));
  return sockets.map((socket) => new SupervisorClient(socket));
}

/** The Pods of a namespace, or of all of them, in the order of their names. */
export async function listPods(clients: readonly SupervisorClient[], namespace: string | undefined): Promise<SupervisedPod[]> {
  const path = namespace === undefined ? '/api/v1/pods' : podsPath(namespace);
  const lists = await Promise.all(
    clients.map(async (client) => {
      const { items } = await client.get<PodList>(path).catch(ifItEnded<Pick<PodList, 'items'>>({ items: [] }));
      return items.map((pod) => ({ pod, client }));
    }),
  );
  return lists.flat().sort((a, b) => compareNames(a.pod, b.pod));
}

/**
 * Where nobody supervises the Pod any more, the agent is started for it: of one that has ended it keeps the logs and Events; one whose
 * supervisor has died it goes on with, which is only done where `takeOver` says so.
 *
 * @throws {Failure} when there is none of that name, or nobody supervises it.
 */
export async function findPod(name: string, scope: PodScope, takeOver = false): Promise<SupervisedPod> {
  const { namespace, stateDir } = scope;
  const clients = await connectSupervisors(stateDir);
  const supervised = await askForPod(clients, name, namespace);
  if (supervised !== undefined) return supervised;
  const forgotten = forgottenPods(stateDirectory(stateDir, process.env), () => undefined).find(
    ({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === name,
  );
  if (forgotten === undefined) throw clients.length === 0 ? new Failure(nothingRuns(stateDir)) : notFound(name);
  if (!forgotten.ended && !takeOver) {
    throw new Failure(
      `nobody supervises ${namespace}/${name} since its supervisor died; \`outrider agent\`, or the same \`outrider run\`, takes it over`,
    );
  }
  const { ensureAgent } = await import('./ensure-agent.ts');
  const woken = await askForPod([await ensureAgent(stateDir)], name, namespace);
  if (woken === undefined) throw notFound(name);
  return woken;
}

async function askForPod(clients: readonly SupervisorClient[], name: string, namespace: string): Promise<SupervisedPod | undefined> {
  const found = await Promise.all(
    clients.map(async (client) => {
      const pod = await client.get<Pod>(podPath(namespace, name)).catch((error: unknown) => {
        const isElsewhere = error instanceof ServerError && error.reason === 'NotFound';
        return isElsewhere ? undefined : ifItEnded<Pod | undefined>(undefined)(error);
      });
      return pod === undefined ? [] : [{ pod, client }];
    }),
  );
  return found.flat()[0];
}

export function notFound(name: string): ServerError {
  return new ServerError({ reason: 'NotFound', message: `pods "${name}" not found` });
}

/** For commands that need a Pod where there are none. */
export function nothingRuns(stateDir: string | undefined): string {
  return `no Pods run here: nobody supervises ${stateDirectory(stateDir, process.env)}; start some with: outrider run --detach FILE`;
}

export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

export function podPath(namespace: string, name: string): string {
  return `${podsPath(namespace)}/${encodeURIComponent(name)}`;
}

export function compareNames(a: Pod, b: Pod): number {
  const key = ({ metadata }: Pod): string => `${metadata.namespace} ${metadata.name}`;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}

/** A foreground run may end between being found and being asked. */
function ifItEnded<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof ServerError || !(error instanceof Failure)) throw error;
    return value;
  };
}
