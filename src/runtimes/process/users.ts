import { readOr } from './skeleton.ts';

/** Who a container's process is. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  /** Without the primary group. */
  readonly groups: readonly number[];
  /** The user's home, `/` when the image does not know the user. */
  readonly home: string;
}

export interface UserRequest {
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  /** `User` of the image configuration: `user`, `user:group`, as names or numbers. */
  readonly imageUser: string;
  readonly supplementalGroups: readonly number[];
  /** Whether the groups that the image gives the user are left out (supplementalGroupsPolicy Strict). */
  readonly isStrict: boolean;
}

/**
 * Finds the user in the image's /etc/passwd and /etc/group (`etc` is that folder). Throws when a name is not there. A group that
 * nobody gives is the user's own one in the image, else 0.
 */
export function containerUser(etc: string, request: UserRequest): ContainerUser {
  const { runAsUser, runAsGroup, imageUser, supplementalGroups, isStrict } = request;
  const passwd = records(readOr(`${etc}/passwd`, ''));
  const group = records(readOr(`${etc}/group`, ''));
  const [name = '', groupName] = runAsUser === undefined ? imageUser.split(':') : [String(runAsUser)];
  const entry = find(passwd, name || '0');
  const uid = entry === undefined ? numberOf(name || '0', 'user', `${etc}/passwd`) : Number(entry[2]);
  const ownGid = entry?.[3] === undefined ? 0 : Number(entry[3]);
  const named = groupName === undefined || groupName === '' ? undefined : (find(group, groupName)?.[2] ?? groupName);
  const gid = runAsGroup ?? (named === undefined ? ownGid : numberOf(named, 'group', `${etc}/group`));
  const members =
    isStrict || entry?.[0] === undefined
      ? []
      : group.filter((line) => line[3]?.split(',').includes(entry[0] ?? '')).map((line) => Number(line[2]));
  return { uid, gid, groups: [...new Set([...members, ...supplementalGroups])].filter((id) => id !== gid), home: entry?.[5] || '/' };
}

function records(text: string): string[][] {
  return text.split('\n').map((line) => line.split(':'));
}

/** By name, or by number as the kernel knows it. */
function find(table: readonly string[][], name: string): string[] | undefined {
  return table.find((fields) => fields[0] === name) ?? table.find((fields) => fields[2] === name);
}

function numberOf(text: string, kind: string, file: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`unable to find ${kind} ${text}: no matching entries in ${file.replace(/^.*\/etc\//, '/etc/')}`);
}
