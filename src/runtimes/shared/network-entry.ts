import { readlinkSync } from 'node:fs';

/**
 * The words that put a command into the network that a process of this machine has, where it cannot be reached from here: that of an
 * engine without root, whose networks are in a user namespace of its own. Undefined where it can.
 */
export function networkEntry(pid: number): readonly string[] | undefined {
  if (!isApart(pid, 'user') || !isApart(pid, 'net')) return undefined;
  return ['nsenter', '--preserve-credentials', '--user', '--net', '--target', String(pid), '--'];
}

function isApart(pid: number, kind: 'user' | 'net'): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`) !== readlinkSync(`/proc/self/ns/${kind}`);
  } catch {
    // It has ended, or it is not this user's.
    return false;
  }
}
