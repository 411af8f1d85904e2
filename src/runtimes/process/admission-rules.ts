import type { Container, PodSpec } from '../../pod/types.ts';
import { at, isSet, unsupported, type Rule as SharedRule } from '../shared/admission-rule.ts';
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

type Rule<Subject> = SharedRule<Subject, RuleContext>;

const noProfiles = 'The process runtime does not load security profiles; the container runs without this one.';
/** A field that takes namespaces. */
function isolated<Subject>(field: string, needs: (subject: Subject) => boolean = (subject) => isSet(at(subject, field))): Rule<Subject> {
  return {
    field,
    refuses: true,
    message: (subject, { ids, reason }) => (ids === 'none' && needs(subject) ? `This takes Linux namespaces: ${reason}.` : undefined),
  };
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
  unsupported('imagePullSecrets', 'No image is pulled here, so the credentials are not used.'),
  unsupported('runtimeClassName', 'There is one runtime here; the class is not looked at.'),
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
    field: 'resources.limits',
    message: ({ resources }) =>
      isSet(Object.keys(resources?.limits ?? {}))
        ? 'Limits of the whole Pod are not set in the kernel; give limits to its containers.'
        : undefined,
  },
  unsupported('securityContext.seLinuxOptions', noProfiles),
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
  {
    field: 'volumeMounts',
    message: ({ volumeMounts = [] }) =>
      volumeMounts.some(({ mountPropagation }) => isSet(mountPropagation) && mountPropagation !== 'None')
        ? 'Mounts made later are not passed on between the machine and the container (mountPropagation).'
        : undefined,
  },
  {
    field: 'tty',
    message: ({ tty }, { ids }) =>
      tty === true && ids === 'none' ? 'Without namespaces the container gets no terminal; its output is a pipe.' : undefined,
  },
  unsupported('securityContext.seLinuxOptions', noProfiles),
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
