import { ConfigError } from '../../pod/config-error.ts';

/**
 * What a container may do as root unless its security context says otherwise: the usual set of container engines without
 * MKNOD, because nothing here keeps a container from using a device that it made.
 */
export const defaultCapabilities: readonly string[] = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
];

/** Every capability by its number. Source: linux/capability.h. */
const numbers: readonly string[] = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP', 'LINUX_IMMUTABLE'],
  ...['NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT'],
  ...['SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE', 'SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE'],
  ...['AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP', 'MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ'],
  ...['PERFMON', 'BPF', 'CHECKPOINT_RESTORE'],
];

/** The number of a capability in the kernel. */
export function capabilityNumber(name: string): number {
  return numbers.indexOf(name);
}

/** The capabilities of a container, without `CAP_`. Throws `ConfigError` for one that does not exist. */
export function containerCapabilities(change: { readonly add?: readonly string[]; readonly drop?: readonly string[] } = {}): string[] {
  const add = (change.add ?? []).map(normalize);
  const drop = (change.drop ?? []).map(normalize);
  const base = add.includes('ALL') ? numbers : drop.includes('ALL') ? [] : defaultCapabilities;
  const without = new Set(drop);
  const kept = base.filter((name) => !without.has(name));
  return [...new Set([...kept, ...add.filter((name) => name !== 'ALL')])];
}

function normalize(name: string): string {
  const upper = name.toUpperCase().replace(/^CAP_/, '');
  if (upper !== 'ALL' && !numbers.includes(upper)) throw new ConfigError(`unknown capability "${name}"`);
  return upper;
}
