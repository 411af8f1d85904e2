import { apiTime } from '../../lifecycle/api-time.ts';
import type { ReportedRecord, RuntimeReport } from '../../lifecycle/create-state.ts';
import type { Container } from '../../pod/types.ts';
import type { EngineContainer } from './container-engine.ts';
import { startErrorCode } from './container-instance.ts';
import { labelNames, selector } from './labels.ts';
import type { PodContainers } from './pod-containers.ts';
import type { PodOptions } from './pod-context.ts';
import type { PodSandboxes } from './pod-sandboxes.ts';

/** Finds by labels what the engine has of a Pod, and watches over what runs from now on. Undefined: nothing is left of it. */
export async function recoverPod(
  { pod, context }: PodOptions,
  sandboxes: PodSandboxes,
  containers: PodContainers,
): Promise<Omit<RuntimeReport, 'status'> | undefined> {
  const { engine, instance, exits } = context;
  const labels = selector(instance, pod.metadata.uid);
  const [foundSandboxes, found] = await Promise.all([engine.listSandboxes(labels), engine.listContainers(labels)]);
  if (foundSandboxes.length + found.length === 0) return undefined;
  const [newest] = foundSandboxes;
  const isReady = newest?.state === 'ready';
  // One that never came to be would be in the way of the next.
  for (const { id, state } of foundSandboxes)
    if (state !== 'ready' && !found.some(({ sandboxID }) => sandboxID === id)) await engine.removeSandbox(id);
  const sandbox = isReady ? sandboxes.take(newest) : undefined;
  const records: Record<string, ReportedRecord[]> = {};
  for (const spec of [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])] as Container[]) {
    const own = found.filter((container) => container.labels[labelNames.containerName] === spec.name).sort(byAge);
    for (const container of own) {
      if (container.state === 'created') containers.spares.add(spec.name, container);
      else if (container.state === 'running') await containers.takeOver(spec, container);
    }
    const shown = own.filter(({ state }) => state !== 'created');
    if (shown.length > 0) records[spec.name] = shown.map((container) => record(spec, container, containers, engine.name));
  }
  // What ended between the look and the watch.
  void exits.catchUp(pod.metadata.uid);
  return {
    sandbox: sandbox && newest && { id: sandbox.id, attempt: newest.attempt, ips: sandbox.ips, hostIPs: sandbox.hostIPs },
    records,
  };
}

/** Newest first. */
function byAge(a: EngineContainer, b: EngineContainer): number {
  return restartCountOf(b) - restartCountOf(a) || b.createdAt - a.createdAt;
}

function restartCountOf({ labels }: EngineContainer): number {
  return Number(labels[labelNames.restartCount] ?? 0);
}

function record(spec: Container, container: EngineContainer, containers: PodContainers, engine: string): ReportedRecord {
  const { id, labels, state, startedAt, finishedAt, exitCode, oomKilled } = container;
  const restartCount = restartCountOf(container);
  const base = {
    id,
    state,
    restartCount,
    specImage: labels[labelNames.specImage] ?? spec.image,
    image: labels[labelNames.image] ?? spec.image,
    imageID: labels[labelNames.imageID] ?? container.imageID,
    startedAt,
    finishedAt,
  };
  if (state !== 'exited') return base;
  const wasStarted = startedAt > 0;
  const message = wasStarted ? containers.message(spec, restartCount, exitCode) : (container.message ?? '');
  return {
    ...base,
    exit: {
      exitCode: wasStarted ? exitCode : startErrorCode,
      reason: !wasStarted ? 'StartError' : oomKilled ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error',
      ...(message !== '' && { message }),
      startedAt: apiTime(startedAt),
      finishedAt: apiTime(finishedAt),
      containerID: `${engine}://${id}`,
    },
  };
}
