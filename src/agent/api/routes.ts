import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ApiError, conflict } from '../api-error.ts';
import type { EventList, PodList, RunResponse, SupervisorInfo, WaitList } from '../api-types.ts';
import type { PodSupervisor } from '../pod-supervisor.ts';
import type { SupervisedPod } from '../supervised-pod.ts';
import { withEphemeralContainers } from './ephemeral-containers.ts';
import { sendLog } from './logs.ts';
import { count, flag, selected } from './query.ts';
import { readJSON, sendError, sendJSON, sendText } from './respond.ts';
import { parseRunRequest } from './run-request.ts';
import { sendWatch } from './watch-response.ts';

export interface ApiBackend {
  readonly supervisor: PodSupervisor;
  readonly info: () => SupervisorInfo;
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly isReady: () => boolean;
  readonly now: () => number;
}

export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** Of the path; undefined: all. */
  readonly namespace: string | undefined;
  readonly name: string;
}

export type Route = readonly [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, handle: (call: Call) => void | Promise<void>];

/** What the API answers; the paths and objects are Kubernetes' own where it has them. */
export function apiRoutes(backend: ApiBackend): Route[] {
  const { supervisor, info, metrics, isReady, now } = backend;
  const find = ({ namespace = '', name }: Call): SupervisedPod => supervisor.find(namespace, name);
  const pods = (call: Call): void => listPods(supervisor, call);
  const events = (call: Call): void => listEvents(supervisor, call);
  const pod = '/api/v1/namespaces/:ns/pods/:name';
  const own = '/outrider/v1/namespaces/:ns/pods/:name';
  return [
    ['GET', '/healthz', ({ response }) => sendText(response, 200, 'ok')],
    ['GET', '/readyz', ({ response }) => sendText(response, isReady() ? 200 : 503, isReady() ? 'ok' : 'Pods are being taken over')],
    ['GET', '/metrics', async ({ response }) => sendMetrics(response, await metrics())],
    ['GET', '/outrider/v1/info', ({ response }) => sendJSON(response, 200, info())],
    ['POST', '/outrider/v1/run', (call) => run(supervisor, call)],
    ['GET', '/api/v1/pods', pods],
    ['GET', '/api/v1/namespaces/:ns/pods', pods],
    ['GET', '/api/v1/events', events],
    ['GET', '/api/v1/namespaces/:ns/events', events],
    ['GET', pod, (call) => sendJSON(call.response, 200, find(call).pod)],
    ['DELETE', pod, (call) => deletePod(supervisor, find(call), call)],
    ['DELETE', own, (call) => removePod(supervisor, find(call), call)],
    ['GET', `${own}/waits`, (call) => sendJSON(call.response, 200, { items: find(call).waits } satisfies WaitList)],
    ['PATCH', `${pod}/ephemeralcontainers`, (call) => addContainers(find(call), call)],
    [
      'GET',
      `${pod}/log`,
      (call) =>
        sendLog(call.response, find(call), call.query, {
          broadcast: supervisor.broadcast,
          logsDirectory: join(info().stateDirectory, 'logs'),
          now,
        }),
    ],
    ...(['exec', 'attach'] as const).map((verb): Route => [
      'GET',
      `${pod}/${verb}`,
      ({ response }) => sendError(response, upgradeRequired),
    ]),
  ];
}

const upgradeRequired = new ApiError(400, 'BadRequest', 'expected a WebSocket: Upgrade request required');

function listPods(supervisor: PodSupervisor, { response, query, namespace }: Call): void {
  const name = selected(query, 'metadata.name');
  const fits = ({ kind, metadata }: SupervisedPod['pod']): boolean =>
    kind === 'Pod' && (namespace === undefined || metadata.namespace === namespace) && (name === undefined || metadata.name === name);
  const items = supervisor.pods.map(({ pod }) => pod).filter(fits);
  if (flag(query, 'watch')) return sendWatch(response, items, supervisor.broadcast, (object) => fits(object as SupervisedPod['pod']));
  sendJSON(response, 200, { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '' }, items } satisfies PodList);
}

function listEvents(supervisor: PodSupervisor, { response, query, namespace }: Call): void {
  const name = selected(query, 'involvedObject.name');
  const fits = ({ kind, involvedObject }: SupervisedPod['events'][number]): boolean =>
    kind === 'Event' &&
    (namespace === undefined || involvedObject.namespace === namespace) &&
    (name === undefined || involvedObject.name === name);
  const items = supervisor.pods.flatMap(({ events }) => events).filter(fits);
  items.sort((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1));
  if (flag(query, 'watch')) {
    sendWatch(response, items, supervisor.broadcast, (object) => fits(object as SupervisedPod['events'][number]));
    return;
  }
  sendJSON(response, 200, { kind: 'EventList', apiVersion: 'v1', metadata: { resourceVersion: '' }, items } satisfies EventList);
}

async function run(supervisor: PodSupervisor, { request, response }: Call): Promise<void> {
  const { warnings, start } = await supervisor.prepare(parseRunRequest(await readJSON(request)), 'detached');
  const pods = start().flatMap(({ pod }) => pod?.pod ?? []);
  sendJSON(response, 201, { pods } satisfies RunResponse, warnings);
}

function deletePod(supervisor: PodSupervisor, pod: SupervisedPod, { response, query }: Call): void {
  refuseStatic(pod);
  supervisor.delete(pod, count(query, 'gracePeriodSeconds'));
  sendJSON(response, 200, pod.pod);
}

async function removePod(supervisor: PodSupervisor, pod: SupervisedPod, { response, query }: Call): Promise<void> {
  const { name } = pod.pod.metadata;
  if (!pod.record.ended) {
    refuseStatic(pod);
    if (!flag(query, 'force')) throw conflict(`pod "${name}" has not ended; stop it first, or remove it by force`, name);
    supervisor.delete(pod, 0);
    await pod.ended;
  }
  await supervisor.forget(pod);
  sendJSON(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, kind: 'pods' } });
}

function refuseStatic({ pod: { metadata }, record: { origin, workload } }: SupervisedPod): void {
  if (origin !== 'static') return;
  throw conflict(`pod "${metadata.name}" is a static Pod of ${workload.file}: it goes when it is not in that file any more`, metadata.name);
}

async function addContainers(pod: SupervisedPod, { request, response }: Call): Promise<void> {
  pod.update(withEphemeralContainers(pod.pod, await readJSON(request)));
  sendJSON(response, 200, pod.pod);
}

function sendMetrics(response: ServerResponse, { contentType, text }: { readonly contentType: string; readonly text: string }): void {
  response.writeHead(200, { 'content-type': contentType }).end(text);
}
