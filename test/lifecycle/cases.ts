import type { ReportedRecord } from '../../src/lifecycle/create-state.ts';
import type { ContainerState, ContainerStatus, Pod } from '../../src/pod/types.ts';
import type { Case } from './stories.ts';
import { exec, probe, sidecar } from './stories.ts';
import type { VirtualPod } from './virtual-pod.ts';

const deletedAt =
  (t: number, graceSeconds?: number) =>
  (pod: VirtualPod): VirtualPod =>
    pod.at(t, { type: 'DeletionRequested', graceSeconds });

function withImage({ state }: VirtualPod, name: string, image: string): Pod {
  const containers = state.pod.spec.containers.map((one) => (one.name === name ? { ...one, image } : one));
  return { ...state.pod, spec: { ...state.pod.spec, containers } };
}

function withEphemeral({ state }: VirtualPod, one: { readonly name: string; readonly targetContainerName?: string }): Pod {
  return { ...state.pod, spec: { ...state.pod.spec, ephemeralContainers: [{ image: 'busybox:1.36', ...one }] } };
}

/** Each is a rule of the lifecycle, told by what a person sees of it. */
export const cases: readonly Case[] = [
  {
    name: 'init containers run one after another, then the regular containers start in order',
    spec: { restartPolicy: 'Never', initContainers: [{ name: 'a' }, { name: 'b' }], containers: [{ name: 'x' }, { name: 'y' }] },
    behaviour: { a: [{ runMs: 1000 }], b: [{ runMs: 500 }], x: [{ runMs: 2000 }], y: [{ runMs: 1000 }] },
    untilMs: 60_000,
  },
  {
    name: 'a sidecar holds what follows until its startup probe passes, and stops after the main container',
    spec: {
      restartPolicy: 'Never',
      initContainers: [sidecar('proxy', { startupProbe: probe({ failureThreshold: 30 }) }), { name: 'prepare' }],
      containers: [{ name: 'app' }],
    },
    behaviour: {
      proxy: [{ probes: { startup: { from: 3000 } }, onStop: { afterMs: 100, exitCode: 0 } }],
      prepare: [{ runMs: 1000 }],
      app: [{ runMs: 3000 }],
    },
    untilMs: 60_000,
  },
  {
    name: 'a regular container waits for the postStart hook of the one before it, not for its probes',
    spec: {
      restartPolicy: 'Never',
      containers: [{ name: 'x', lifecycle: { postStart: exec }, readinessProbe: probe() }, { name: 'y' }],
    },
    behaviour: { x: [{ runMs: 9000, postStart: { ms: 2000 }, probes: { readiness: { from: 5000 } } }], y: [{ runMs: 4000 }] },
    untilMs: 60_000,
  },
  {
    name: 'a failing init container is the only one that runs again, with back-off',
    spec: { restartPolicy: 'OnFailure', initContainers: [{ name: 'a' }, { name: 'b' }] },
    behaviour: {
      a: [{ runMs: 100 }],
      b: [{ runMs: 100, exitCode: 1 }, { runMs: 100, exitCode: 1 }, { runMs: 100 }],
      main: [{ runMs: 1000 }],
    },
    untilMs: 60_000,
  },
  {
    name: 'a failing init container ends a Pod that may not restart, and the sidecars before it are stopped',
    spec: { restartPolicy: 'Never', initContainers: [sidecar('s'), { name: 'i' }] },
    behaviour: { i: [{ runMs: 1000, exitCode: 5 }] },
    untilMs: 60_000,
  },
  {
    name: 'with initFailure restart-pod all init containers run again after a failure',
    spec: { restartPolicy: 'OnFailure', initContainers: [{ name: 'a' }, { name: 'b' }] },
    behaviour: {
      a: [{ runMs: 100 }],
      b: [{ runMs: 100, exitCode: 1 }, { runMs: 100, exitCode: 1 }, { runMs: 100 }],
      main: [{ runMs: 1000 }],
    },
    options: { lifecycle: { initFailure: 'restart-pod' } },
    untilMs: 60_000,
  },
  {
    name: 'restarts back off 0, 10, 20, 40, 80, 160, 300, 300 s after the end',
    spec: {},
    behaviour: { main: [{ runMs: 1000, exitCode: 1 }] },
    untilMs: 1_300_000,
  },
  {
    name: 'ten minutes without an end make the back-off begin anew',
    spec: {},
    behaviour: {
      main: [
        { runMs: 1000, exitCode: 1 },
        { runMs: 1000, exitCode: 1 },
        { runMs: 700_000, exitCode: 1 },
        { runMs: 1000, exitCode: 1 },
      ],
    },
    untilMs: 800_000,
  },
  {
    name: 'a container killed for its startup probe restarts twice at once, then backs off',
    spec: { containers: [{ name: 'main', startupProbe: probe() }], terminationGracePeriodSeconds: 5 },
    behaviour: { main: [{ probes: { startup: { from: 100_000 } }, onStop: { afterMs: 100, exitCode: 0 } }] },
    untilMs: 30_000,
  },
  {
    name: 'a liveness failure uses the grace period of the probe and runs the preStop hook',
    spec: {
      containers: [
        {
          name: 'main',
          livenessProbe: { ...probe({ failureThreshold: 1 }), terminationGracePeriodSeconds: 4 },
          lifecycle: { preStop: exec },
        },
      ],
    },
    behaviour: { main: [{ probes: { liveness: { until: 2000 } }, preStop: { ms: 1500 }, onStop: 'ignore' }, {}] },
    untilMs: 30_000,
  },
  {
    name: 'a liveness failure ends a Pod that may not restart',
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', livenessProbe: probe({ failureThreshold: 2 }) }] },
    behaviour: { main: [{ probes: { liveness: { until: 2000 } }, onStop: { afterMs: 100, exitCode: 0 } }] },
    untilMs: 30_000,
  },
  {
    name: 'a container restart policy overrides that of the Pod',
    spec: {
      containers: [
        { name: 'once', restartPolicy: 'Never' },
        { name: 'rule', restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] },
        { name: 'main' },
      ],
    },
    behaviour: {
      once: [{ runMs: 1000, exitCode: 1 }],
      rule: [
        { runMs: 1000, exitCode: 42 },
        { runMs: 1000, exitCode: 1 },
      ],
    },
    untilMs: 30_000,
  },
  {
    name: 'RestartAllContainers removes everything without grace and begins again in the same sandbox',
    spec: {
      restartPolicy: 'Never',
      initContainers: [{ name: 'i' }, sidecar('s')],
      containers: [
        {
          name: 'main',
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }],
        },
      ],
    },
    behaviour: { i: [{ runMs: 100 }], s: [{ onStop: 'ignore' }], main: [{ runMs: 1000, exitCode: 88 }, { runMs: 1000 }] },
    untilMs: 30_000,
  },
  {
    name: 'the shutdown: preStop hooks at once, stop signals in order, one budget',
    spec: {
      initContainers: [sidecar('s1', { lifecycle: { preStop: exec } }), sidecar('s2')],
      containers: [{ name: 'app' }],
      terminationGracePeriodSeconds: 30,
    },
    behaviour: {
      app: [{ onStop: { afterMs: 8000, exitCode: 0 } }],
      s2: [{ onStop: { afterMs: 3000, exitCode: 0 } }],
      s1: [{ preStop: { ms: 5000 }, onStop: { afterMs: 1000, exitCode: 0 } }],
    },
    with: deletedAt(10_000),
    untilMs: 120_000,
  },
  {
    name: 'a main container that hangs takes the whole budget: the sidecars are stopped together with two seconds each',
    spec: { initContainers: [sidecar('s1'), sidecar('s2')], containers: [{ name: 'app' }], terminationGracePeriodSeconds: 10 },
    behaviour: { app: [{ onStop: 'ignore' }], s1: [{ onStop: 'ignore' }], s2: [{ onStop: 'ignore' }] },
    with: deletedAt(5000),
    untilMs: 120_000,
  },
  {
    name: 'a later deletion with less grace shortens the one under way',
    spec: { terminationGracePeriodSeconds: 60 },
    behaviour: { main: [{ onStop: 'ignore' }] },
    with: (pod) =>
      pod.at(5000, { type: 'DeletionRequested', graceSeconds: undefined }).at(8000, { type: 'DeletionRequested', graceSeconds: 3 }),
    untilMs: 120_000,
  },
  {
    name: 'a deletion during initialization stops what runs and starts nothing more',
    spec: { initContainers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    behaviour: { a: [{ runMs: 500 }], b: [{ onStop: { afterMs: 100, exitCode: 3 } }] },
    with: deletedAt(5000),
    untilMs: 60_000,
  },
  {
    name: 'a deletion in CrashLoopBackOff shows how the container ended',
    spec: {},
    behaviour: { main: [{ runMs: 1000, exitCode: 1 }] },
    with: deletedAt(5000),
    untilMs: 60_000,
  },
  {
    name: 'the deadline fails the Pod and stops it with its own grace period',
    spec: { activeDeadlineSeconds: 4, initContainers: [sidecar('s')] },
    behaviour: { main: [{ onStop: { afterMs: 1000, exitCode: 0 } }], s: [{ onStop: { afterMs: 100, exitCode: 0 } }] },
    untilMs: 60_000,
  },
  {
    name: 'an eviction leaves one second',
    spec: {},
    behaviour: { main: [{ onStop: 'ignore' }] },
    with: (pod) => pod.at(3000, { type: 'Evicted', message: 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ' }),
    untilMs: 60_000,
  },
  {
    name: 'a sidecar that ends runs again by itself; the main container is not touched',
    spec: { restartPolicy: 'Never', initContainers: [sidecar('s')] },
    behaviour: { s: [{ runMs: 1000, exitCode: 1 }, { runMs: 1000 }, {}], main: [{ runMs: 16_000 }] },
    untilMs: 60_000,
  },
  {
    name: 'an image that cannot be pulled is tried again with back-off, whatever the policy',
    spec: { restartPolicy: 'Never' },
    behaviour: { main: [{ pullFails: true }] },
    untilMs: 35_000,
  },
  {
    name: 'a container that cannot be configured is tried again after a second, then every ten',
    spec: { restartPolicy: 'Never' },
    behaviour: { main: [{ createFails: true }] },
    with: deletedAt(15_000),
    untilMs: 60_000,
  },
  {
    name: 'a command that cannot be executed ends the container as StartError',
    spec: { restartPolicy: 'Never' },
    behaviour: { main: [{ startFails: true }] },
    untilMs: 60_000,
  },
  {
    name: 'a failing postStart hook kills the container',
    spec: { containers: [{ name: 'main', lifecycle: { postStart: exec } }] },
    behaviour: { main: [{ postStart: { ms: 500, ok: false } }, {}] },
    untilMs: 30_000,
  },
  {
    name: 'a lost sandbox makes all init containers run again',
    spec: { initContainers: [{ name: 'i' }, sidecar('s')] },
    behaviour: { i: [{ runMs: 500 }], main: [{}] },
    with: (pod) => pod.loseSandbox(5000),
    untilMs: 20_000,
  },
  {
    name: 'a lost sandbox ends a Pod that may not restart',
    spec: { restartPolicy: 'Never', initContainers: [{ name: 'i' }] },
    behaviour: { i: [{ runMs: 500 }] },
    with: (pod) => pod.loseSandbox(5000),
    untilMs: 20_000,
  },
  {
    name: 'a new image restarts only that container, even with policy Never',
    spec: { restartPolicy: 'Never', initContainers: [{ name: 'i' }, sidecar('s')], containers: [{ name: 'x' }, { name: 'y' }] },
    behaviour: { i: [{ runMs: 500 }] },
    with: (pod) => {
      const spec = structuredClone(pod.state.pod.spec);
      for (const container of [spec.initContainers?.[0], spec.initContainers?.[1], spec.containers[0]])
        if (container) container.image = 'new';
      pod.at(5000, { type: 'PodUpdated', pod: { ...pod.state.pod, spec } });
    },
    untilMs: 20_000,
  },
  {
    name: 'an image that changes while a container is being started is the one that it runs with',
    spec: { containers: [{ name: 'x' }, { name: 'y' }] },
    options: { latencyMs: (action) => (action.type === 'EnsureImage' ? 2000 : 1) },
    with: (pod) => {
      pod.at(1000, { type: 'PodUpdated', pod: withImage(pod, 'x', 'new') });
      pod.at(2001, { type: 'PodUpdated', pod: withImage(pod, 'x', 'newer') });
    },
    untilMs: 20_000,
  },
  {
    name: 'a new image of an init container does nothing while it runs and after it',
    spec: { initContainers: [{ name: 'i' }, { name: 'j' }] },
    behaviour: { i: [{ runMs: 500 }], j: [{ runMs: 5000 }] },
    with: (pod) => {
      const spec = structuredClone(pod.state.pod.spec);
      for (const container of spec.initContainers ?? []) container.image = 'new';
      pod.at(2000, { type: 'PodUpdated', pod: { ...pod.state.pod, spec } });
    },
    untilMs: 20_000,
  },
  {
    name: 'a deadline that is shortened counts from the start of the Pod',
    spec: { activeDeadlineSeconds: 60 },
    with: (pod) => {
      const spec = { ...pod.state.pod.spec, activeDeadlineSeconds: 8 };
      pod.at(5000, { type: 'PodUpdated', pod: { ...pod.state.pod, spec } });
    },
    untilMs: 30_000,
  },
  {
    name: 'a deadline that is already over when it is set ends the Pod at once',
    spec: {},
    with: (pod) => {
      const spec = { ...pod.state.pod.spec, activeDeadlineSeconds: 3 };
      pod.at(5000, { type: 'PodUpdated', pod: { ...pod.state.pod, spec } });
    },
    untilMs: 30_000,
  },
  {
    name: 'an ephemeral container starts during initialization, is never restarted and counts for nothing',
    spec: { restartPolicy: 'Always', initContainers: [{ name: 'i' }] },
    behaviour: { i: [{ runMs: 5000 }], debugger: [{ runMs: 8000, exitCode: 3 }] },
    with: (pod) => pod.at(2000, { type: 'PodUpdated', pod: withEphemeral(pod, { name: 'debugger' }) }),
    untilMs: 30_000,
  },
  {
    name: 'an ephemeral container goes on when others end, and is stopped with the Pod',
    spec: { restartPolicy: 'Never', initContainers: [sidecar('s')], terminationGracePeriodSeconds: 5 },
    behaviour: { main: [{ runMs: 6000 }], debugger: [{ onStop: 'ignore' }] },
    with: (pod) => pod.at(2000, { type: 'PodUpdated', pod: withEphemeral(pod, { name: 'debugger', targetContainerName: 'main' }) }),
    untilMs: 30_000,
  },
  {
    name: 'an ephemeral container whose target was never created is tried again',
    spec: { initContainers: [{ name: 'i' }] },
    behaviour: { i: [{ runMs: 5000 }] },
    with: (pod) => pod.at(2000, { type: 'PodUpdated', pod: withEphemeral(pod, { name: 'debugger', targetContainerName: 'main' }) }),
    untilMs: 30_000,
  },
  {
    name: 'RestartAllContainers and a lost sandbox leave an ephemeral container as it is',
    spec: {
      containers: [
        {
          name: 'main',
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }],
        },
      ],
    },
    behaviour: { main: [{ runMs: 5000, exitCode: 88 }, {}] },
    with: (pod) => pod.at(2000, { type: 'PodUpdated', pod: withEphemeral(pod, { name: 'debugger' }) }).loseSandbox(10_000),
    untilMs: 20_000,
  },
  {
    name: 'ready follows the readiness probe, the sidecar counts for the Pod',
    spec: { initContainers: [sidecar('s', { readinessProbe: probe({ failureThreshold: 1 }) })] },
    behaviour: { s: [{ probes: { readiness: { from: 4000, until: 8000 } } }] },
    untilMs: 20_000,
  },
  {
    name: 'the first probe comes at the first tick after the initial delay; successThreshold is honoured',
    spec: { containers: [{ name: 'main', readinessProbe: probe({ initialDelaySeconds: 2, periodSeconds: 3, successThreshold: 2 }) }] },
    with: (pod) => pod.at(20_000, { type: 'DeletionRequested', graceSeconds: 5 }),
    untilMs: 30_000,
  },
  {
    name: 'an init container that was OOMKilled has failed, even with exit code 0',
    spec: { initContainers: [{ name: 'i' }] },
    behaviour: { i: [{ runMs: 100, oomKilled: true }, { runMs: 100 }] },
    untilMs: 5000,
  },
  {
    name: 'regular containers are not restarted while the last sidecar is down',
    spec: { initContainers: [sidecar('s')] },
    behaviour: { s: [{ runMs: 1000 }, { runMs: 1000 }, {}], main: [{ runMs: 2500, exitCode: 1 }, {}] },
    untilMs: 30_000,
  },
  {
    name: 'a deletion during the postStart hook does not wait for it',
    spec: { containers: [{ name: 'main', lifecycle: { postStart: exec } }, { name: 'next' }] },
    behaviour: { main: [{ postStart: { ms: 9000 } }] },
    with: deletedAt(3000),
    untilMs: 30_000,
  },
  {
    name: 'after a restart of the supervisor completed init containers do not run again, and what was ready stays so',
    spec: {
      initContainers: [{ name: 'i' }, sidecar('s', { startupProbe: probe() })],
      containers: [{ name: 'main', readinessProbe: probe() }],
    },
    options: {
      report: {
        sandbox: { id: 'old', attempt: 0, ips: ['10.0.0.1'], hostIPs: ['192.0.2.1'] },
        records: { s: [running('s')], main: [running('main')] },
        status: {
          phase: 'Running',
          startTime: '2025-12-31T23:00:00Z',
          initContainerStatuses: [
            shown('i', { terminated: { exitCode: 0, reason: 'Completed' } }, false),
            shown('s', { running: {} }, true),
          ],
          containerStatuses: [shown('main', { running: {} }, true)],
        },
      },
    },
    untilMs: 10_000,
  },
  {
    name: 'after a restart of the supervisor during initialization the next entry goes on',
    spec: { initContainers: [{ name: 'a' }, { name: 'b' }] },
    behaviour: { b: [{ runMs: 500 }] },
    options: {
      report: {
        sandbox: { id: 'old', attempt: 0, ips: ['10.0.0.1'], hostIPs: ['192.0.2.1'] },
        records: { a: [{ ...running('a'), state: 'exited', exit: { exitCode: 0, reason: 'Completed' }, finishedAt: 1 }] },
        status: undefined,
      },
    },
    untilMs: 10_000,
  },
  {
    name: 'a container that a supervisor created and did not start is started by the next',
    spec: { initContainers: [{ name: 'i' }] },
    behaviour: { i: [{ runMs: 500 }] },
    with: (pod) => pod.killSupervisor(4, { downMs: 500, keepsStatus: true, recordsKept: 1 }),
    untilMs: 10_000,
  },
  {
    name: 'a crash loop stays one when the supervisor dies',
    spec: {},
    behaviour: { main: [{ runMs: 1000, exitCode: 1 }] },
    with: (pod) => pod.killSupervisor(20_000, { downMs: 500, keepsStatus: true, recordsKept: 1 }),
    untilMs: 100_000,
  },
  {
    name: 'a termination goes on with what is left of its grace period when the supervisor dies',
    spec: { terminationGracePeriodSeconds: 20, containers: [{ name: 'main', lifecycle: { preStop: exec } }] },
    behaviour: { main: [{ onStop: 'ignore', preStop: { ms: 1000 } }] },
    with: (pod) => deletedAt(5000)(pod).killSupervisor(10_000, { downMs: 2000, keepsStatus: true, recordsKept: 1 }),
    untilMs: 60_000,
  },
  {
    name: 'a restart of all containers goes on when the supervisor dies, and is not made twice',
    spec: {
      restartPolicy: 'Never',
      initContainers: [{ name: 'i' }, sidecar('s')],
      containers: [
        {
          name: 'main',
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } }],
        },
      ],
    },
    behaviour: { i: [{ runMs: 100 }], main: [{ runMs: 1000, exitCode: 88 }, {}] },
    options: { latencyMs: (action) => (action.type === 'RemoveContainer' ? 2000 : 1) },
    with: (pod) => {
      pod.killSupervisor(1112, { downMs: 100, keepsStatus: true, recordsKept: 2 });
      pod.killSupervisor(1300, { downMs: 100, keepsStatus: true, recordsKept: 2 });
    },
    untilMs: 20_000,
  },
  {
    name: 'a sandbox that was lost while nobody supervised ends a Pod that may not restart',
    spec: { restartPolicy: 'Never', initContainers: [{ name: 'i' }] },
    behaviour: { i: [{ runMs: 500 }] },
    with: (pod) => pod.killSupervisor(4000, { downMs: 2000, keepsStatus: true, recordsKept: 1 }).loseSandbox(5000),
    untilMs: 20_000,
  },
  {
    name: 'a sandbox that was lost while nobody supervised makes all init containers run again',
    spec: { initContainers: [{ name: 'i' }, sidecar('s')] },
    behaviour: { i: [{ runMs: 500 }] },
    with: (pod) => pod.killSupervisor(4000, { downMs: 2000, keepsStatus: true, recordsKept: 1 }).loseSandbox(5000),
    untilMs: 20_000,
  },
  {
    name: 'an ephemeral container is not started again by the next supervisor',
    spec: {},
    behaviour: { debugger: [{ runMs: 2000, exitCode: 3 }] },
    with: (pod) => {
      pod.at(1000, { type: 'PodUpdated', pod: withEphemeral(pod, { name: 'debugger' }) });
      pod.killSupervisor(2000, { downMs: 2000, keepsStatus: true, recordsKept: 1 });
      pod.killSupervisor(6000, { downMs: 1000, keepsStatus: false, recordsKept: 1 });
    },
    untilMs: 20_000,
  },
  {
    name: 'a Pod that has come to its end is not begun again by the next supervisor',
    spec: { restartPolicy: 'Never' },
    options: { report: { sandbox: undefined, records: {}, status: { phase: 'Succeeded', containerStatuses: [ended('main')] } } },
    untilMs: 10_000,
  },
];

function ended(name: string): ContainerStatus {
  return shown(name, { terminated: { exitCode: 0, reason: 'Completed' } }, false);
}

function running(name: string): ReportedRecord {
  const image = 'busybox:1.36';
  return {
    id: `${name}-old`,
    state: 'running',
    restartCount: 0,
    specImage: image,
    image,
    imageID: 'sha256:1',
    startedAt: Date.UTC(2025, 11, 31, 23),
    finishedAt: 0,
  };
}

function shown(name: string, state: ContainerState, started: boolean): ContainerStatus {
  return {
    name,
    state,
    started,
    ready: started || state.terminated !== undefined,
    restartCount: 0,
    image: 'busybox:1.36',
    imageID: 'sha256:1',
  };
}
