import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

/** A range of ids that an ordinary user may use in user namespaces. */
export interface IdRange {
  readonly start: number;
  readonly count: number;
}

/** The user's ranges in /etc/subuid and /etc/subgid, undefined where one of them is missing. */
export function subordinateIds(): { readonly users: IdRange; readonly groups: IdRange } | undefined {
  const { username, uid } = userInfo();
  const users = rangeOf('/etc/subuid', username, uid);
  const groups = rangeOf('/etc/subgid', username, uid);
  return users && groups && { users, groups };
}

function rangeOf(file: string, username: string, uid: number): IdRange | undefined {
  try {
    return parseIdRange(readFileSync(file, 'utf8'), username, uid);
  } catch {
    return undefined;
  }
}

/** The largest range of a user: `name-or-id:first:count` a line, as subuid(5) has it. */
export function parseIdRange(text: string, username: string, uid: number): IdRange | undefined {
  let largest: IdRange | undefined;
  for (const line of text.split('\n')) {
    const [owner = '', start = '', count = ''] = line.trim().split(':');
    if (owner !== username && owner !== String(uid)) continue;
    if (!/^\d+$/.test(start) || !/^\d+$/.test(count)) continue;
    if (Number(count) > (largest?.count ?? 0)) largest = { start: Number(start), count: Number(count) };
  }
  return largest;
}
