import type { Measurement } from './measurement.ts';
import type { Metrics, MetricsSource } from './metrics.ts';

/**
 * Metrics whose library is loaded when somebody asks for them for the first time, or when there is much to count: until then what was
 * measured is kept as it is.
 */
export function lazyMetrics(source: MetricsSource): Metrics {
  let kept: Measurement[] = [];
  let loading: Promise<Metrics> | undefined;
  let metrics: Metrics | undefined;
  const load = (): Promise<Metrics> => {
    loading ??= import('./metrics.ts').then(({ createMetrics }) => {
      metrics = createMetrics(source);
      for (const measurement of kept) metrics.measure(measurement);
      kept = [];
      return metrics;
    });
    return loading;
  };
  return {
    measure(measurement) {
      if (metrics !== undefined) metrics.measure(measurement);
      else if (kept.push(measurement) > mostKept) void load();
    },
    text: async () => (await load()).text(),
  };
}

const mostKept = 2000;
