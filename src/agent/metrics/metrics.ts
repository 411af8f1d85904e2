import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Pod } from '../../pod/types.ts';
import type { Measurement, Meter } from './measurement.ts';

export interface MetricsSource {
  /** All that are known. */
  readonly pods: () => readonly Pod[];
  readonly nodeName: string;
}

export interface Metrics {
  readonly measure: Meter;
  /** In Prometheus' text format. */
  text(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Metrics under the kubelet's names, and those of the process. */
export function createMetrics({ pods, nodeName }: MetricsSource): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, ...labelNames: L[]): Histogram<L> =>
    new Histogram({ name, help, labelNames, registers, buckets });
  new Gauge({ name: 'kubelet_node_name', help: "The node's name. The count is always 1.", labelNames: ['node'], registers }).set(
    { node: nodeName },
    1,
  );
  const runningPods = new Gauge({ name: 'kubelet_running_pods', help: 'Number of pods that have a running pod sandbox', registers });
  const runningContainers = new Gauge({
    name: 'kubelet_running_containers',
    help: 'Number of containers by their state',
    labelNames: ['container_state'],
    registers,
  });
  const operations = counter('kubelet_runtime_operations_total', 'Number of runtime operations by operation type', 'operation_type');
  const operationErrors = counter('kubelet_runtime_operations_errors_total', 'Number of runtime operations that failed', 'operation_type');
  const operationSeconds = histogram('kubelet_runtime_operations_duration_seconds', 'Duration of runtime operations', 'operation_type');
  const probes = counter(
    'prober_probe_total',
    'Number of probes of containers by result',
    'probe_type',
    'result',
    'container',
    'pod',
    'namespace',
  );
  const probeSeconds = histogram('prober_probe_duration_seconds', 'Duration of probes', 'probe_type', 'container', 'pod', 'namespace');
  const podStart = histogram('kubelet_pod_start_duration_seconds', 'Time from the creation of a pod until its containers were started');
  const startedPods = counter('kubelet_started_pods_total', 'Number of pods that were started');
  const podErrors = counter('kubelet_started_pods_errors_total', 'Number of errors when starting pods');
  const restartedPods = counter('kubelet_restarted_pods_total', 'Number of pods that got a new sandbox');
  const startedContainers = counter('kubelet_started_containers_total', 'Number of containers that were started', 'container_type');
  const containerErrors = counter(
    'kubelet_started_containers_errors_total',
    'Number of errors when starting containers',
    'container_type',
    'code',
  );
  const evictions = counter('kubelet_evictions', 'Number of pods that were evicted', 'eviction_signal');

  const measure = (measurement: Measurement): void => {
    switch (measurement.kind) {
      case 'operation': {
        const labels = { operation_type: measurement.type };
        operations.inc(labels);
        operationSeconds.observe(labels, measurement.seconds);
        if (measurement.failed) operationErrors.inc(labels);
        return;
      }
      case 'probe': {
        const { probe_type, container, pod, namespace } = measurement.labels;
        probes.inc(measurement.labels);
        probeSeconds.observe({ probe_type, container, pod, namespace }, measurement.seconds);
        return;
      }
      case 'podStarted':
        startedPods.inc();
        podStart.observe(measurement.seconds);
        return;
      case 'podStartFailed':
        podErrors.inc();
        return;
      case 'podRestarted':
        restartedPods.inc();
        return;
      case 'containerStarted':
        startedContainers.inc({ container_type: measurement.type });
        return;
      case 'containerStartFailed':
        containerErrors.inc({ container_type: measurement.type, code: measurement.code });
        return;
      case 'evicted':
        evictions.inc({ eviction_signal: measurement.signal });
        return;
    }
  };

  return {
    measure,
    async text() {
      const counts = containerCounts(pods());
      runningPods.set(pods().filter(({ status }) => status.phase === 'Running').length);
      for (const [container_state, count] of Object.entries(counts)) runningContainers.set({ container_state }, count);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** The kubelet's, in seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

function containerCounts(pods: readonly Pod[]): Record<'created' | 'running' | 'exited' | 'unknown', number> {
  const counts = { created: 0, running: 0, exited: 0, unknown: 0 };
  for (const { status } of pods) {
    for (const { state } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
      if (state?.running !== undefined) counts.running += 1;
      else if (state?.terminated?.reason === 'ContainerStatusUnknown') counts.unknown += 1;
      else if (state?.terminated !== undefined) counts.exited += 1;
    }
  }
  return counts;
}
