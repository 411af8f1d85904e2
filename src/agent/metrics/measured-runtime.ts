import type { PodRuntime, RuntimeService } from '../../engine/runtime-service.ts';
import type { Meter } from './measurement.ts';

/** A runtime of whose Pods every operation is measured, under the CRI's names as the kubelet reports them. */
export function measuredRuntime(runtime: RuntimeService, meter: Meter): RuntimeService {
  return overriding(runtime, {
    pod: (...args) => measuredPod(runtime.pod(...args), meter),
  });
}

const operations = {
  recover: 'list_containers',
  mountVolumes: 'mount_volumes',
  runPodSandbox: 'run_podsandbox',
  ensureImage: 'pull_image',
  createContainer: 'create_container',
  startContainer: 'start_container',
  stopContainer: 'stop_container',
  removeContainer: 'remove_container',
  execSync: 'exec_sync',
  exec: 'exec',
  attach: 'attach',
  stopPodSandbox: 'stop_podsandbox',
  removePod: 'remove_podsandbox',
} as const satisfies Partial<Record<keyof PodRuntime, string>>;

function measuredPod(pod: PodRuntime, meter: Meter): PodRuntime {
  const measured = Object.entries(operations).map(([method, type]) => {
    const operate = pod[method as keyof typeof operations].bind(pod) as (...args: unknown[]) => Promise<unknown>;
    return [method, (...args: unknown[]) => measure(type, operate(...args), meter)];
  });
  return overriding(pod, Object.fromEntries(measured) as Partial<PodRuntime>);
}

async function measure<T>(type: string, work: Promise<T>, meter: Meter): Promise<T> {
  const since = performance.now();
  let failed = true;
  try {
    const value = await work;
    failed = false;
    return value;
  } finally {
    meter({ kind: 'operation', type, seconds: (performance.now() - since) / 1000, failed });
  }
}

/** The same object but for some of its methods. */
function overriding<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(object, name) {
      if (name in methods) return methods[name as keyof T];
      const value: unknown = Reflect.get(object, name, object);
      return typeof value === 'function' ? (value.bind(object) as unknown) : value;
    },
  });
}
