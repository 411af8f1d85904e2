/** Something worth counting. Durations are in seconds. */
export type Measurement =
  | { readonly kind: 'operation'; readonly type: string; readonly seconds: number; readonly failed: boolean }
  | { readonly kind: 'probe'; readonly labels: ProbeLabels; readonly seconds: number }
  /** From the Pod's creation until all of its containers had been started. */
  | { readonly kind: 'podStarted'; readonly seconds: number }
  | { readonly kind: 'podStartFailed' }
  | { readonly kind: 'podRestarted' }
  | { readonly kind: 'containerStarted'; readonly type: ContainerType }
  | { readonly kind: 'containerStartFailed'; readonly type: ContainerType; readonly code: string }
  | { readonly kind: 'evicted'; readonly signal: string };

/** As the kubelet names them. */
export type ContainerType = 'init_container' | 'container' | 'ephemeral_container' | 'podSandbox';

export interface ProbeLabels {
  readonly probe_type: 'Startup' | 'Readiness' | 'Liveness';
  readonly result: 'successful' | 'failed' | 'unknown';
  readonly container: string;
  readonly pod: string;
  readonly namespace: string;
}

export type Meter = (measurement: Measurement) => void;
