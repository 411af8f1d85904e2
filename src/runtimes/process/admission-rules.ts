import type { Container, PodSpec } from '../../pod/types.ts';
import type { CgroupRoot } from './cgroup.ts';
import type { Machine } from './machine.ts';
import type { StandIns } from './stand-ins.ts';

/** What the rules know about the machine. */
export interface RuleContext {
  readonly ids: Machine['ids'];
  /** Why there are no namespaces. */
  readonly reason: string;
  readonly cgroups: CgroupRoot | undefined;
  readonly standIns: StandIns;
}

/** One field that cannot always be honoured. */
export interface Rule<Subject> {
  /** Below `spec` or the container. */
  readonly field: string;
  /** Without it the Pod must not run; otherwise it is warned about. */
  readonly refuses?: boolean;
  /** What is not honoured and what to use instead; undefined where it is honoured or not used. */
  readonly message: (subject: Subject, context: RuleContext) => string | undefined;
}

const noScheduler = 'There is no scheduler here: the Pod runs on this machine.';
const noProfiles = 'The process runtime does not load security profiles; the container runs without this one.';
const isSet = (value: unknown): boolean =>
  value !== undefined && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0);

/** A field that is never honoured. */
function unsupported<Subject>(field: string, message: string): Rule<Subject> {
  return { field, message: (subject) => (isSet(at(subject, field)) ? message : undefined) };
}

/** A field that takes namespaces. */
function isolated<Subject>(field: string, needs: (subject: Subject) => boolean = (subject) => isSet(at(subject, field))): Rule<Subject> {
  return {
    field,
    refuses: true,
    message: (subject, { ids, reason }) => (ids === 'none' && needs(subject) ? `This takes Linux namespaces: ${reason}.` : undefined),
  };
}

function at(subject: unknown, field: string): unknown {
  return field.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], subject);
}

function profile<Subject>(field: string): Rule<Subject> {
  return {
    field,
    message: (subject) => {
      const type = at(subject, `${field}.type`);
      return type === undefined || type === 'Unconfined' ? undefined : noProfiles;
    },
  };
}

function hasOther(ids: readonly (number | undefined)[], own: number | undefined): boolean {
  return ids.some((id) => id !== undefined && id !== own);
}

/** Fields of the Pod's spec. */
export const podRules: readonly Rule<PodSpec>[] = [
  ...['nodeSelector', 'affinity', 'nodeName', 'tolerations', 'topologySpreadConstraints', 'schedulingGates', 'schedulingGroup'].map(
    (field) => unsupported<PodSpec>(field, noScheduler),
  ),
  {
    field: 'schedulerName',
    message: ({ schedulerName }) => (schedulerName === undefined || schedulerName === 'default-scheduler' ? undefined : noScheduler),
  },
  ...['priorityClassName', 'priority'].map((field) => unsupported<PodSpec>(field, 'Nothing is preempted or evicted by priority here.')),
  {
    field: 'preemptionPolicy',
    message: ({ preemptionPolicy }) => (preemptionPolicy === 'Never' ? 'Nothing is preempted or evicted by priority here.' : undefined),
  },
  {
    field: 'serviceAccountName',
    message: ({ serviceAccountName }) =>
      serviceAccountName === undefined || serviceAccountName === '' || serviceAccountName === 'default'
        ? undefined
        : 'There is no API server here that the account could be used with; the container gets no token.',
  },
  unsupported('automountServiceAccountToken', 'There is no API server here; the container gets no token.'),
  unsupported('imagePullSecrets', 'No image is pulled here, so the credentials are not used.'),
  unsupported('runtimeClassName', 'There is one runtime here; the class is not looked at.'),
  unsupported('resourceClaims', 'Devices cannot be claimed here; use a hostPath volume of the device in a privileged container.'),
  unsupported(
    'hostPID',
    'Containers have a PID namespace of their own here; run the program outside of the Pod to see the processes of the machine.',
  ),
  unsupported('hostIPC', 'The Pod has an IPC namespace of its own here; use a volume with medium Memory to share memory.'),
  {
    field: 'hostUsers',
    message: ({ hostUsers }, { ids }) =>
      hostUsers === false && ids === 'machine'
        ? 'As root the ids of containers are those of the machine; run without root for a user namespace.'
        : undefined,
  },
  {
    field: 'os.name',
    refuses: true,
    message: ({ os }) => (os?.name === 'windows' ? 'Windows containers need Windows; use a cluster with a Windows node.' : undefined),
  },
  {
    field: 'resources.limits',
    message: ({ resources }) =>
      isSet(Object.keys(resources?.limits ?? {}))
        ? 'Limits of the whole Pod are not set in the kernel; give limits to its containers.'
        : undefined,
  },
  unsupported('securityContext.seLinuxOptions', noProfiles),
  unsupported('securityContext.windowsOptions', 'These are for Windows.'),
  unsupported('securityContext.sysctls', "The Pod shares the machine's kernel settings; set them with sysctl on the machine."),
  unsupported('securityContext.seLinuxChangePolicy', noProfiles),
  profile('securityContext.seccompProfile'),
  profile('securityContext.appArmorProfile'),
  {
    field: 'securityContext.fsGroup',
    message: ({ securityContext: { fsGroup } }, { ids }) =>
      fsGroup !== undefined && ids === 'user'
        ? 'Without subordinate ids every file belongs to the user; install uidmap and add the user to /etc/subuid and /etc/subgid.'
        : undefined,
  },
  {
    field: 'securityContext.supplementalGroups',
    message: ({ securityContext: { supplementalGroups } }, { ids }) =>
      isSet(supplementalGroups ?? []) && ids === 'user'
        ? 'Without subordinate ids a process cannot change its groups; install uidmap and add the user to /etc/subuid and /etc/subgid.'
        : undefined,
  },
  isolated('shareProcessNamespace'),
  isolated('hostAliases'),
  isolated('hostname'),
  isolated('dnsConfig'),
  isolated('securityContext.fsGroup'),
  isolated('securityContext.supplementalGroups'),
  isolated('securityContext.runAsUser', ({ securityContext: { runAsUser } }) => hasOther([runAsUser], process.getuid?.())),
  isolated('securityContext.runAsGroup', ({ securityContext: { runAsGroup } }) => hasOther([runAsGroup], process.getgid?.())),
];

const limited = ['cpu', 'memory'];

/** Fields of a container. */
export const containerRules: readonly Rule<Container>[] = [
  {
    field: 'ports',
    message: ({ ports = [] }) => {
      const moved = ports.find(
        ({ hostPort, containerPort, hostIP }) => (hostPort !== undefined && hostPort !== containerPort) || isSet(hostIP),
      );
      return (
        moved &&
        `The Pod shares the machine's network: port ${moved.containerPort} is the machine's port ${moved.containerPort}, on the address that the program chooses.`
      );
    },
  },
  {
    field: 'resources.limits',
    message: ({ resources: { limits = {} } }, { cgroups }) => {
      const names = Object.keys(limits).filter(
        (name) => !limited.includes(name) || cgroups?.controllers[name as 'cpu' | 'memory'] === undefined,
      );
      if (names.length === 0) return undefined;
      const cure = names.some((name) => limited.includes(name))
        ? ' Run as root on a machine with the cgroup controllers cpu and memory.'
        : '';
      return `These limits are not set in the kernel: ${names.join(', ')}.${cure}`;
    },
  },
  unsupported('resources.claims', 'Devices cannot be claimed here; use a hostPath volume of the device in a privileged container.'),
  unsupported('volumeDevices', 'Block volumes are not attached here; use a hostPath volume of the device in a privileged container.'),
  {
    field: 'volumeMounts',
    message: ({ volumeMounts = [] }) =>
      volumeMounts.some(({ mountPropagation }) => isSet(mountPropagation) && mountPropagation !== 'None')
        ? 'Mounts made later are not passed on between the machine and the container (mountPropagation).'
        : undefined,
  },
  unsupported('stdin', 'Nothing can be attached to the container; its standard input is empty.'),
  unsupported('stdinOnce', 'Nothing can be attached to the container; its standard input is empty.'),
  unsupported('tty', 'The container gets no terminal; its output is a pipe.'),
  unsupported('securityContext.seLinuxOptions', noProfiles),
  unsupported('securityContext.windowsOptions', 'These are for Windows.'),
  profile('securityContext.seccompProfile'),
  profile('securityContext.appArmorProfile'),
  {
    field: 'securityContext.procMount',
    message: ({ securityContext: { procMount, privileged } = {} }) =>
      procMount === 'Unmasked' && privileged !== true ? '/proc is masked as usual; only a privileged container has all of it.' : undefined,
  },
  {
    field: 'securityContext.privileged',
    message: ({ securityContext: { privileged } = {} }, { ids }) =>
      privileged === true && ids !== 'machine'
        ? 'Without root the container has rights over its own namespaces only; run as root for those over the machine.'
        : undefined,
  },
  {
    field: 'securityContext.capabilities.add',
    message: ({ securityContext: { capabilities } = {} }, { ids }) =>
      isSet(capabilities?.add ?? []) && ids !== 'machine'
        ? "Without root capabilities hold inside the container's user namespace only; run as root for more."
        : undefined,
  },
  isolated('volumeMounts'),
  isolated('securityContext.privileged'),
  isolated('securityContext.readOnlyRootFilesystem'),
  isolated('securityContext.capabilities'),
  isolated('securityContext.runAsUser', ({ securityContext }) => hasOther([securityContext?.runAsUser], process.getuid?.())),
  isolated('securityContext.runAsGroup', ({ securityContext }) => hasOther([securityContext?.runAsGroup], process.getgid?.())),
  {
    field: 'image',
    refuses: true,
    message: ({ image }, { ids, reason, standIns }) =>
      ids === 'none' && standIns.get(image)?.Root !== undefined ? `A stand-in with a Root takes Linux namespaces: ${reason}.` : undefined,
  },
];
