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

/** Every capability of Linux 6.x, by capabilities(7). */
const allCapabilities: readonly string[] = [
  ...defaultCapabilities,
  ...['AUDIT_CONTROL', 'AUDIT_READ', 'BLOCK_SUSPEND', 'BPF', 'CHECKPOINT_RESTORE', 'DAC_READ_SEARCH', 'IPC_LOCK', 'IPC_OWNER'],
  ...['LEASE', 'LINUX_IMMUTABLE', 'MAC_ADMIN', 'MAC_OVERRIDE', 'MKNOD', 'NET_ADMIN', 'NET_BROADCAST', 'PERFMON', 'SYSLOG'],
  ...['SYS_ADMIN', 'SYS_BOOT', 'SYS_MODULE', 'SYS_NICE', 'SYS_PACCT', 'SYS_PTRACE', 'SYS_RAWIO', 'SYS_RESOURCE', 'SYS_TIME'],
  ...['SYS_TTY_CONFIG', 'WAKE_ALARM'],
];

/** The capabilities of a container, without `CAP_`. Throws `ConfigError` for one that does not exist. */
export function containerCapabilities(change: { readonly add?: readonly string[]; readonly drop?: readonly string[] } = {}): string[] {
  const add = (change.add ?? []).map(normalize);
  const drop = (change.drop ?? []).map(normalize);
  const base = add.includes('ALL') ? allCapabilities : drop.includes('ALL') ? [] : defaultCapabilities;
  const without = new Set(drop);
  const kept = base.filter((name) => !without.has(name));
  return [...new Set([...kept, ...add.filter((name) => name !== 'ALL')])];
}

function normalize(name: string): string {
  const upper = name.toUpperCase().replace(/^CAP_/, '');
  if (upper !== 'ALL' && !allCapabilities.includes(upper)) throw new ConfigError(`unknown capability "${name}"`);
  return upper;
}
