/** Init containers and sidecars side by side, as Kubernetes 1.36 has them. */
export interface Comparison {
  readonly dimensions: readonly Dimension[];
  /** What differs for a sidecar in spec.containers. */
  readonly traditional: readonly string[];
  /** What is often written about the two, and what holds instead. */
  readonly corrections: readonly { readonly said: string; readonly fact: string }[];
  readonly useInit: readonly string[];
  readonly useSidecar: readonly string[];
  readonly useTraditional: readonly string[];
}

export interface Dimension {
  readonly dimension: string;
  readonly init: string;
  readonly sidecar: string;
}

export const comparison: Comparison = {
  dimensions: [
    {
      dimension: 'Lifecycle',
      init: 'Runs to its end before the main containers start.',
      sidecar: 'Runs beside the main containers for the whole life of the Pod.',
    },
    {
      dimension: 'Start',
      init: 'One after the other, in the order of the list. Each has to exit 0 before the next entry starts.',
      sidecar:
        'In the same list, at its place in the order. The next entry starts when the sidecar has started: when its startup probe has passed, or without one as soon as it runs and its postStart hook has ended. Readiness holds nothing back.',
    },
    {
      dimension: 'Purpose',
      init: 'Work to be done once: wait for a dependency, generate configuration, migrate a schema.',
      sidecar: 'Work that goes on: ship logs, proxy, collect metrics, synchronize files.',
    },
    {
      dimension: 'Failure',
      init: 'Only the one that failed runs again, after a back-off; those before it stay completed. With restartPolicy Never, the Pod is Failed.',
      sidecar:
        'Restarted whatever its exit code is and whatever the restartPolicy of the Pod is, after a back-off. What runs is not touched; what has not started yet waits.',
    },
    {
      dimension: 'Run again',
      init: 'All of them, when the sandbox of the Pod is lost (a reboot of the node) or a rule says RestartAllContainers. So their work has to be repeatable.',
      sidecar: 'Each restart is its own; others are not restarted with it.',
    },
    {
      dimension: 'Stop',
      init: 'Has ended long before. If the Pod is deleted while it runs, it gets its signal at once.',
      sidecar:
        'After the main containers, the last of the list first, within the one grace period of the Pod. Its preStop hook starts at once. When the grace period is used up, the order is lost: all get their signal, and SIGKILL 2 s later.',
    },
    {
      dimension: 'End of the Pod',
      init: 'Fails it, if it may not run again.',
      sidecar: 'Neither keeps a Job or another Pod that ends from completing, nor fails it: its exit code does not count.',
    },
    {
      dimension: 'Resources',
      init: 'The largest one counts, with the sidecars before it, and only if that is more than what runs later. It stays reserved for the whole life of the Pod.',
      sidecar: 'Added to those of the main containers.',
    },
    {
      dimension: 'In the spec',
      init: 'spec.initContainers',
      sidecar:
        'spec.initContainers with restartPolicy: Always. (Before Kubernetes 1.29 only in spec.containers, as a traditional sidecar.)',
    },
    {
      dimension: 'Probes, hooks',
      init: 'None: the API refuses probes and lifecycle hooks.',
      sidecar: 'All three probes, postStart and preStop. Its readiness counts for that of the Pod.',
    },
  ],
  traditional: [
    'It is a main container like all others. Kubernetes does not know that it serves another one.',
    'It starts at its place in spec.containers. The containers after it wait for its image and its postStart hook, not until it is ready; those before it wait for nothing of it.',
    "It is restarted by the Pod's restartPolicy, and its exit code decides with the others whether the Pod has Succeeded.",
    'It gets its stop signal together with all main containers, so it may be gone while they still finish.',
    'A Job does not complete while it runs.',
  ],
  corrections: [
    {
      said: 'If any init container fails, the Pod restarts and all init containers run again from the beginning.',
      fact: 'Only the failed one runs again, in the same Pod. All run again after the loss of the sandbox, or by a rule RestartAllContainers.',
    },
    {
      said: 'The resources of an init container are freed after completion.',
      fact: 'The container itself uses nothing any more, but what the scheduler has reserved for the Pod stays reserved until the Pod ends.',
    },
    {
      said: 'The init phase needs the maximum of all init containers.',
      fact: 'Each init container is counted together with the native sidecars before it in the list; only then the largest counts.',
    },
    {
      said: 'A sidecar that crashes does not affect the start of the main containers.',
      fact: 'It does until it has started: everything behind it in the list waits. Once the main containers run, they are not touched.',
    },
    {
      said: 'A native sidecar is ready before the main container starts.',
      fact: 'It has started. Only a startup probe (or a postStart hook) makes that mean more than that its process runs.',
    },
    {
      said: 'All containers in spec.containers start roughly at the same time.',
      fact: 'They start in their order, each after the image pull and the postStart hook of the one before it.',
    },
    {
      said: 'On shutdown, the sidecar terminates last.',
      fact: 'As long as the grace period lasts. Its preStop hook runs at once, and when the time is used up all are stopped together.',
    },
    {
      said: 'Native sidecars came with Kubernetes 1.28.',
      fact: 'As an alpha feature that is off by default. They are on by default since 1.29, and stable since 1.33.',
    },
  ],
  useInit: [
    'waiting for a database or another service to be reachable',
    'downloading or generating configuration before the application starts',
    'migrating or initializing a database schema (so that it may run twice)',
    'cloning a Git repository or fetching artifacts once',
    'setting permissions of files, or filling a shared volume',
  ],
  useSidecar: [
    'a service mesh proxy such as Envoy or Istio, first in the list, so that init containers may use the network too',
    'shipping logs, up to the last line of the main container',
    'a local proxy to a database, such as cloud-sql-proxy',
    'collecting and exporting metrics',
    'keeping configuration in step with a source that changes',
    'every helper of a Job: it must not keep the Job from completing',
  ],
  useTraditional: [
    'clusters older than Kubernetes 1.29',
    'containers that are equals: neither has to outlive the other, and the Pod has only done its work when both have ended',
  ],
};
