/**
 * Programs that are run beside others: what of an image's path they are known by, and what they do. Meant for hints, so that only
 * such are listed which hardly ever are what a Pod is about.
 */
export const knownSidecars: readonly { readonly image: RegExp; readonly does: string }[] = [
  { image: /(^|\/)(istio\/)?proxyv2$/, does: 'is the Istio proxy' },
  { image: /(^|\/)envoy(-[\w-]+)?$/, does: 'is a service mesh proxy' },
  { image: /(^|\/)linkerd(2|-io)?\/proxy$|linkerd-proxy/, does: 'is the Linkerd proxy' },
  { image: /consul-dataplane|consul-k8s/, does: 'is the Consul data plane' },
  { image: /(^|\/)daprd?$/, does: 'is the Dapr runtime' },
  { image: /(^|\/)vault(-k8s)?$|vault-agent/, does: 'fetches secrets from Vault' },
  { image: /cloud-sql-proxy|gce-proxy|cloudsql-proxy|alloydb-auth-proxy/, does: 'is a proxy to a Google Cloud database' },
  { image: /(^|\/)pgbouncer/, does: 'pools database connections' },
  { image: /oauth2-proxy|(^|\/)gatekeeper$|kube-rbac-proxy|pomerium/, does: 'checks who may come in' },
  { image: /fluentd?(-bit)?($|[-/])|filebeat|promtail|logstash|(^|\/)vector$|fluent-bit|logrotate/, does: 'ships logs' },
  { image: /opentelemetry-collector|otelcol|otel-collector|jaeger-agent|zipkin/, does: 'collects traces and metrics' },
  {
    image: /datadog|newrelic|dynatrace|(^|\/)telegraf$|metricbeat|cloudwatch-agent|xray-daemon|(^|\/)(grafana-)?(agent|alloy)$/,
    does: 'is a monitoring agent',
  },
  { image: /[-_]exporter$/, does: 'exports metrics' },
  { image: /(^|\/)git-sync$/, does: 'keeps a copy of a Git repository' },
  { image: /k8s-sidecar$|configmap-reload$|config-reloader$|(^|\/)reloader$/, does: 'watches the configuration' },
  { image: /aws-sigv4-proxy|(^|\/)tailscale$|(^|\/)cloudflared$/, does: 'is a proxy' },
  { image: /(^|\/)(csi-(provisioner|attacher|resizer|snapshotter|node-driver-registrar)|livenessprobe)$/, does: 'helps a CSI driver' },
];

/** Words of a container's name that speak for a helper. */
export const sidecarWords: ReadonlySet<string> = new Set([
  'sidecar',
  'proxy',
  'agent',
  'shipper',
  'exporter',
  'forwarder',
  'reloader',
  'sync',
  'syncer',
  'collector',
  'tailer',
  'logger',
]);
