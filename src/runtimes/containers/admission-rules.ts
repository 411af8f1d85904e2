import type { Container, PodSpec } from '../../pod/types.ts';
import { at, isSet, unsupported, type Rule } from '../shared/admission-rule.ts';
import type { EngineFeatures } from './container-engine.ts';

/** What the rules know about the engine and this program. */
export interface RuleContext {
  readonly engine: string;
  readonly features: EngineFeatures;
  readonly isRoot: boolean;
  /** securityContext.runAsUser of the Pod. */
  readonly podUser: number | undefined;
}

type Message = (subject: unknown, context: RuleContext) => string | undefined;

const noLabels = 'SELinux labels are not passed to the engine; the container runs with those that the engine gives it.';

/** A seccomp or AppArmor profile, which not every engine can load. */
function profile(field: string, feature: 'seccomp' | 'apparmor', name: string): { field: string; refuses: true; message: Message } {
  return {
    field,
    refuses: true,
    message: (subject, { engine, features }) => {
      const type = at(subject, `${field}.type`);
      return type === undefined || type === 'Unconfined' || features[feature]
        ? undefined
        : `This ${engine} cannot load ${name} profiles; remove the field, or use a machine with ${name}.`;
    },
  };
}

/** Fields of the Pod's spec. */
export const podRules: readonly Rule<PodSpec, RuleContext>[] = [
  profile('securityContext.seccompProfile', 'seccomp', 'seccomp'),
  profile('securityContext.appArmorProfile', 'apparmor', 'AppArmor'),
  unsupported('securityContext.seLinuxOptions', noLabels),
  unsupported('securityContext.seLinuxChangePolicy', noLabels),
  {
    field: 'securityContext.supplementalGroupsPolicy',
    message: ({ securityContext: { supplementalGroupsPolicy: policy } }) =>
      policy === 'Strict' ? "The engine adds the groups that the image's /etc/group gives the user (Merge)." : undefined,
  },
  {
    field: 'securityContext.fsGroup',
    message: ({ securityContext: { fsGroup }, volumes = [] }, { features, isRoot }) => {
      if (fsGroup === undefined) return undefined;
      if (!isRoot) return 'Without root this program cannot give files to a group; volumes stay writable for everybody.';
      return !features.canMount && volumes.some(({ emptyDir }) => emptyDir?.medium === 'Memory')
        ? 'Volumes in memory are made by the engine here; they stay writable for everybody.'
        : undefined;
    },
  },
  {
    field: 'runtimeClassName',
    message: ({ runtimeClassName = '' }) =>
      isSet(runtimeClassName)
        ? 'There is no RuntimeClass here that names a handler; the engine is asked for a handler of this name.'
        : undefined,
  },
  {
    field: 'hostUsers',
    message: ({ hostUsers }) => (hostUsers === false ? "The engine's own setting decides about user namespaces." : undefined),
  },
  {
    field: 'resources.limits',
    message: ({ resources }) =>
      isSet(Object.keys(resources?.limits ?? {}))
        ? 'Limits of the whole Pod are not set in the kernel; give limits to its containers.'
        : undefined,
  },
];

const settable = ['cpu', 'memory'];

/** Fields of a container. */
export const containerRules: readonly Rule<Container, RuleContext>[] = [
  {
    field: 'resources.limits',
    message: ({ resources: { limits = {} } }) => {
      const names = Object.keys(limits).filter((name) => !settable.includes(name));
      return names.length === 0 ? undefined : `These limits are not set in the kernel: ${names.join(', ')}.`;
    },
  },
  {
    field: 'securityContext.capabilities.add',
    message: ({ securityContext: { capabilities, runAsUser } = {} }, { engine, features, podUser }) =>
      features.ambientCapabilities && isSet(capabilities?.add) && (runAsUser ?? podUser ?? 0) !== 0
        ? `This ${engine} gives added capabilities to a user who is not root, too; in a cluster such a user is without them.`
        : undefined,
  },
  profile('securityContext.seccompProfile', 'seccomp', 'seccomp'),
  profile('securityContext.appArmorProfile', 'apparmor', 'AppArmor'),
  unsupported('securityContext.seLinuxOptions', noLabels),
];
