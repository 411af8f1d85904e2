import type { Admission, FieldProblem } from '../../engine/runtime-service.ts';
import type { Container, Pod, PodSpec } from '../../pod/types.ts';
import { unsupportedProjections } from '../../volumes/unsupported-projections.ts';

/** One field that cannot always be honoured. */
export interface Rule<Subject, Context> {
  /** Below `spec` or the container. */
  readonly field: string;
  /** Without it the Pod must not run; otherwise it is warned about. */
  readonly refuses?: boolean;
  /** What is not honoured and what to use instead; undefined where it is honoured or not used. */
  readonly message: (subject: Subject, context: Context) => string | undefined;
}

export interface Rules<Context> {
  readonly pod: readonly Rule<PodSpec, Context>[];
  readonly container: readonly Rule<Container, Context>[];
}

/** What of a Pod a runtime cannot honour: by its own rules, by those of all runtimes, and of its volumes. */
export function admit<Context>(pod: Pod, rules: Rules<Context>, context: Context, volumes: readonly FieldProblem[]): Admission {
  const cluster = applyRules(pod, clusterRules, undefined);
  const own = applyRules(pod, rules, context);
  return {
    refuse: [...cluster.refuse, ...own.refuse, ...volumes],
    warn: [...unsupportedProjections(pod), ...cluster.warn, ...own.warn],
  };
}

/** Applies rules to a Pod and to every init and regular container of it: each field once. */
function applyRules<Context>(pod: Pod, rules: Rules<Context>, context: Context): { refuse: FieldProblem[]; warn: FieldProblem[] } {
  const refuse: FieldProblem[] = [];
  const warn: FieldProblem[] = [];
  const apply = <Subject>(subject: Subject, path: string, list: readonly Rule<Subject, Context>[]): void => {
    for (const { field, refuses, message } of list) {
      const text = message(subject, context);
      if (text !== undefined) (refuses === true ? refuse : warn).push({ field: `${path}.${field}`, message: text });
    }
  };
  apply(pod.spec, 'spec', rules.pod);
  for (const name of ['initContainers', 'containers'] as const)
    (pod.spec[name] ?? []).forEach((container, index) => apply(container, `spec.${name}[${index}]`, rules.container));
  return { refuse, warn };
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** The value at a path of field names. */
export function at(subject: unknown, field: string): unknown {
  return field.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], subject);
}

/** A field that is never honoured. */
export function unsupported<Subject>(field: string, message: string): Rule<Subject, unknown> {
  return { field, message: (subject) => (isSet(at(subject, field)) ? message : undefined) };
}

const noScheduler = 'There is no scheduler here: the Pod runs on this machine.';
const noPriority = 'Nothing is preempted or evicted by priority here.';
const noDevices = 'Devices cannot be claimed here; use a hostPath volume of the device in a privileged container.';

/** What takes a cluster, whatever the runtime is. */
const clusterRules: Rules<unknown> = {
  pod: [
    ...['nodeSelector', 'affinity', 'nodeName', 'tolerations', 'topologySpreadConstraints', 'schedulingGates', 'schedulingGroup'].map(
      (field) => unsupported<PodSpec>(field, noScheduler),
    ),
    {
      field: 'schedulerName',
      message: ({ schedulerName }) => (schedulerName === undefined || schedulerName === 'default-scheduler' ? undefined : noScheduler),
    },
    ...['priorityClassName', 'priority'].map((field) => unsupported<PodSpec>(field, noPriority)),
    { field: 'preemptionPolicy', message: ({ preemptionPolicy }) => (preemptionPolicy === 'Never' ? noPriority : undefined) },
    {
      field: 'serviceAccountName',
      message: ({ serviceAccountName }) =>
        isSet(serviceAccountName) && serviceAccountName !== 'default'
          ? 'There is no API server here that the account could be used with; the container gets no token.'
          : undefined,
    },
    unsupported('automountServiceAccountToken', 'There is no API server here; the container gets no token.'),
    unsupported('resourceClaims', noDevices),
    {
      field: 'os.name',
      refuses: true,
      message: ({ os }) => (os?.name === 'windows' ? 'Windows containers need Windows; use a cluster with a Windows node.' : undefined),
    },
    unsupported('securityContext.windowsOptions', 'These are for Windows.'),
  ],
  container: [
    unsupported('resources.claims', noDevices),
    unsupported('volumeDevices', 'Block volumes are not attached here; use a hostPath volume of the device in a privileged container.'),
    unsupported('securityContext.windowsOptions', 'These are for Windows.'),
  ],
};
