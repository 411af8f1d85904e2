import { describe, expect, it } from 'vitest';
import { imageName, traditionalSidecars } from '../../src/explain/traditional-sidecar.ts';
import type { Container, Pod } from '../../src/pod/types.ts';
import { podOf } from '../lifecycle/virtual-pod.ts';

const app: Partial<Container> = { name: 'app', image: 'shop:1', volumeMounts: [{ name: 'logs', mountPath: '/var/log' }] };
const reads: Partial<Container> = { volumeMounts: [{ name: 'logs', mountPath: '/var/log', readOnly: true }] };

function found(...containers: Partial<Container>[]): Record<string, string[]> {
  return foundIn(podOf({ containers, volumes: [{ name: 'logs', emptyDir: {} }] }));
}

function foundIn(pod: Pod): Record<string, string[]> {
  return Object.fromEntries(traditionalSidecars(pod).map(({ container, reasons }) => [container, reasons.map(({ kind }) => kind)]));
}

describe('traditionalSidecars', () => {
  it.each([
    'docker.io/istio/proxyv2:1.22.0',
    'gcr.io/istio-release/proxyv2:1.20.1-distroless',
    'envoyproxy/envoy:v1.28',
    'cr.l5d.io/linkerd/proxy:stable-2.14.10',
    'hashicorp/vault:1.17.2',
    'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11.4',
    'gcr.io/cloudsql-docker/gce-proxy:1.33.2',
    'fluentd:v1.16',
    'fluent/fluent-bit:3.1',
    'docker.elastic.co/beats/filebeat:8.14.0',
    'grafana/promtail:3.0.0',
    'timberio/vector:0.39.0-alpine',
    'otel/opentelemetry-collector-contrib:0.102.0',
    'registry.k8s.io/git-sync/git-sync:v4.2.3',
    'kiwigrid/k8s-sidecar:1.27.4',
    'quay.io/prometheus-operator/prometheus-config-reloader:v0.74.0',
    'quay.io/oauth2-proxy/oauth2-proxy:v7.6.0',
    'quay.io/brancz/kube-rbac-proxy:v0.18.0',
    'oliver006/redis_exporter:v1.61.0',
    'nginx/nginx-prometheus-exporter:1.1.3',
    'gcr.io/datadoghq/agent:7',
  ])('knows %s', (image) => {
    expect(found(app, { name: 'other', image })).toEqual({ other: ['image'] });
  });

  it.each(['nginx:1.27', 'redis:7', 'postgres:16', 'envoyage/shop:1', 'my-app:1.0.0', 'registry.local:5000/team/api:2', 'php:8-fpm'])(
    'takes %s for no sidecar',
    (image) => {
      expect(found(app, { name: 'other', image })).toEqual({});
    },
  );

  it('goes by the name, and by a command that follows a file others write', () => {
    expect(found(app, { name: 'log-shipper', image: 'x:1' })).toEqual({ 'log-shipper': ['name'] });
    expect(found(app, { name: 'logs', command: ['sh', '-c', 'tail -n+1 -F /var/log/app.log'], ...reads })).toEqual({
      logs: ['command', 'volume'],
    });
  });

  it('does not go by a shared volume alone', () => {
    expect(found(app, { name: 'web', image: 'nginx:1', ...reads })).toEqual({});
  });

  it('leaves a main container', () => {
    expect(found({ name: 'proxy', image: 'envoyproxy/envoy:v1.28' })).toEqual({});
    expect(found({ name: 'a', image: 'fluentd:v1' }, { name: 'b', image: 'fluentd:v1' })).toEqual({ b: ['image'] });
    expect(found({ name: 'metrics-exporter', image: 'x/redis_exporter:1' }, { name: 'a-proxy', image: 'x:1' })).toEqual({
      'metrics-exporter': ['image', 'name'],
    });
  });

  it('believes the annotation that names the default container', () => {
    const pod = podOf({
      containers: [
        { name: 'envoy', image: 'envoyproxy/envoy:v1.28' },
        { name: 'log-agent', image: 'x:1' },
      ],
    });
    const annotations = { 'kubectl.kubernetes.io/default-container': 'envoy' };
    expect(foundIn({ ...pod, metadata: { ...pod.metadata, annotations } })).toEqual({ 'log-agent': ['name'] });
  });
});

it('imageName drops what Docker Hub adds and tags', () => {
  expect(['fluentd:v1', 'docker.io/istio/proxyv2:1', 'gcr.io/a/b/c@sha256:x', 'UPPER'].map(imageName)).toEqual([
    'fluentd',
    'istio/proxyv2',
    'gcr.io/a/b/c@sha256:x',
    'UPPER',
  ]);
});
