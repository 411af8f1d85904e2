import { describe, expect, it } from 'vitest';
import { explainWorkload } from '../../src/explain/explain-workload.ts';
import type { Misconception } from '../../src/explain/misconception.ts';
import type { JobRules } from '../../src/pod/job-rules.ts';
import { podOf } from '../lifecycle/virtual-pod.ts';
import { exec, probe, sidecar } from '../lifecycle/stories.ts';
import type { Spec } from './simulated.ts';

const never = { restartPolicy: 'Never' };
const limited = { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } } };

function found(spec: Spec, job?: JobRules): readonly Misconception[] {
  const pod = podOf(spec);
  const source = { file: 'pod.yaml', documentIndex: 0 };
  return explainWorkload({ kind: job ? 'Job' : 'Pod', name: 'pod', namespace: 'default', pod, source, ...(job && { job }) }).misconceptions;
}

// id, a Pod for which it matters, and one for which it does not.
const cases: [string, Spec, Spec, JobRules?][] = [
  ['failed-init-repeats-all', { initContainers: [{ name: 'a' }, { name: 'b' }] }, { initContainers: [{ name: 'a' }] }],
  ['init-runs-once', { initContainers: [{ name: 'a' }] }, { ...never, initContainers: [{ name: 'a' }] }],
  ['sidecar-started-is-ready', { initContainers: [sidecar('s')] }, { initContainers: [sidecar('s', { startupProbe: probe() })] }],
  ['main-start-together', { containers: [{ name: 'a' }, { name: 'b' }] }, {}],
  ['always-makes-sidecar', { containers: [{ name: 'a', restartPolicy: 'Always' }] }, { initContainers: [sidecar('s')] }],
  [
    'helper-outlives-main',
    { containers: [{ name: 'app' }, { name: 'proxy', image: 'envoyproxy/envoy:v1.28' }] },
    { initContainers: [sidecar('proxy', { image: 'envoyproxy/envoy:v1.28' })] },
  ],
  [
    'initial-delay-is-exact',
    { containers: [{ name: 'a', livenessProbe: probe({ initialDelaySeconds: 5 }) }] },
    { containers: [{ name: 'a', livenessProbe: probe() }] },
  ],
  [
    'sidecar-readiness-ignored',
    { initContainers: [sidecar('s', { readinessProbe: probe() })] },
    { containers: [{ name: 'a', readinessProbe: probe() }] },
  ],
  [
    'volumes-are-lazy',
    {
      volumes: [{ name: 'v', configMap: { name: 'c' } }],
      initContainers: [{ name: 'i' }],
      containers: [{ name: 'a', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    },
    {
      volumes: [{ name: 'v', configMap: { name: 'c', optional: true } }],
      initContainers: [{ name: 'i' }],
      containers: [{ name: 'a', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
    },
  ],
  ['bad-image-fails', never, { restartPolicy: 'OnFailure' }],
  [
    'sidecar-prestop-waits',
    { initContainers: [sidecar('s', { lifecycle: { preStop: exec } })] },
    { containers: [{ name: 'a', lifecycle: { preStop: exec } }] },
  ],
  ['prestop-time-is-extra', { containers: [{ name: 'a', lifecycle: { preStop: exec } }] }, {}],
  ['grace-is-hard', { initContainers: [sidecar('s')] }, {}],
  [
    'http-hook-fails',
    { containers: [{ name: 'a', lifecycle: { preStop: { httpGet: { path: '/', port: 80, scheme: 'HTTP' } } } }] },
    { containers: [{ name: 'a', lifecycle: { preStop: exec } }] },
  ],
  ['sidecar-exit-counts', { ...never, initContainers: [sidecar('s')] }, { initContainers: [sidecar('s')] }],
  [
    'sidecar-restarts-are-free',
    { restartPolicy: 'OnFailure', initContainers: [sidecar('s')] },
    { ...never, initContainers: [sidecar('s')] },
    { backoffLimit: 6, suspend: false },
  ],
  [
    'qos-looks-at-main',
    { initContainers: [{ name: 'i' }], containers: [{ name: 'a', ...limited }] },
    { initContainers: [{ name: 'i', ...limited }], containers: [{ name: 'a', ...limited }] },
  ],
];

describe('misconceptions', () => {
  it.each(cases)('%s is told where it matters, and only there', (id, matters, otherwise, job) => {
    expect(found(matters, job).map((one) => one.id)).toContain(id);
    expect(found(otherwise, job).map((one) => one.id)).not.toContain(id);
  });

  it('names the containers and their numbers', () => {
    const spec: Spec = {
      terminationGracePeriodSeconds: 20,
      containers: [{ name: 'web', lifecycle: { preStop: { sleep: { seconds: 15 } } } }],
    };
    expect(found(spec).find(({ id }) => id === 'prestop-time-is-extra')).toMatchObject({
      containers: ['web'],
      fact: "The hook's time is part of the 20 s. After its hook, web has 5 s left between its signal and SIGKILL; 2 s always remain.",
    });
  });
});
