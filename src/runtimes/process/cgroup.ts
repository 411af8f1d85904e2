import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseQuantity, scaledValue } from '../../pod/quantity.ts';
import type { ResourceRequirements } from '../../pod/types.ts';
import { readOr } from './skeleton.ts';

/** The limits of one container in the kernel. */
export interface CgroupLimits {
  /** Puts a process under the limits, before it starts others. */
  add(pid: number): void;
  wasOutOfMemory(): boolean;
  /** Once no process is left in it. */
  remove(): void;
}

/** The folders in which this user may make control groups: one of version 2, or one for each controller of version 1. */
export interface CgroupRoot {
  readonly controllers: Readonly<Partial<Record<'cpu' | 'memory', string>>>;
  readonly version: 1 | 2;
}

/**
 * Finds where limits can be set, undefined where they cannot: controllers that are not delegated to this user are of no use.
 * Source: cgroups(7).
 */
export function findCgroupRoot(mount = '/sys/fs/cgroup'): CgroupRoot | undefined {
  return unified(mount) ?? separate(mount);
}

function unified(mount: string): CgroupRoot | undefined {
  const available = readOr(join(mount, 'cgroup.controllers'), '').trim().split(' ');
  if (!available.includes('memory') && !available.includes('cpu')) return undefined;
  const parent = join(mount, groupName);
  if (!isUsable(parent)) return undefined;
  const wanted = (['cpu', 'memory'] as const).filter((name) => available.includes(name));
  try {
    // From the top downwards; a folder hands on only what it has been given.
    for (const folder of [mount, parent]) writeFileSync(join(folder, 'cgroup.subtree_control'), wanted.map((name) => `+${name}`).join(' '));
  } catch {
    return undefined;
  }
  return { version: 2, controllers: Object.fromEntries(wanted.map((name) => [name, parent])) };
}

function separate(mount: string): CgroupRoot | undefined {
  const found = (['cpu', 'memory'] as const).flatMap((name) => {
    const hierarchy = [name, 'cpu,cpuacct']
      .map((folder) => join(mount, folder))
      .find((folder) => existsSync(join(folder, probeFiles[name])));
    const parent = hierarchy && join(hierarchy, groupName);
    return parent !== undefined && isUsable(parent) ? [[name, parent] as const] : [];
  });
  return found.length === 0 ? undefined : { version: 1, controllers: Object.fromEntries(found) };
}

const probeFiles = { cpu: 'cpu.cfs_quota_us', memory: 'memory.limit_in_bytes' };
const groupName = 'outrider';

function isUsable(parent: string): boolean {
  try {
    mkdirSync(parent, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

/** Makes the control group of one container; undefined when it has no limits that can be set. */
export function createCgroup(root: CgroupRoot, id: string, { limits }: ResourceRequirements): CgroupLimits | undefined {
  const settings = root.version === 2 ? unifiedSettings(limits ?? {}) : separateSettings(limits ?? {});
  const groups = settings.flatMap(({ controller, file, value, isOptional }) => {
    const parent = root.controllers[controller];
    return parent === undefined ? [] : [{ folder: join(parent, id), file, value, isOptional }];
  });
  if (groups.length === 0) return undefined;
  const folders = [...new Set(groups.map(({ folder }) => folder))];
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  for (const { folder, file, value, isOptional } of groups) {
    if (!isOptional || existsSync(join(folder, file))) writeFileSync(join(folder, file), value);
  }
  const memory = root.controllers.memory && join(root.controllers.memory, id);
  return {
    add: (pid) => {
      for (const folder of folders) writeFileSync(join(folder, 'cgroup.procs'), String(pid));
    },
    wasOutOfMemory: () => memory !== undefined && oomKills(memory, root.version) > 0,
    remove: () => removeGroups(folders),
  };
}

interface Setting {
  readonly controller: 'cpu' | 'memory';
  readonly file: string;
  readonly value: string;
  /** Not every kernel has it. */
  readonly isOptional?: boolean;
}

type Limits = Readonly<Record<string, string>>;
const periodUs = 100_000;

function unifiedSettings(limits: Limits): Setting[] {
  const { cpu, memory } = amounts(limits);
  return [
    ...(cpu === undefined ? [] : [{ controller: 'cpu' as const, file: 'cpu.max', value: `${quota(cpu)} ${periodUs}` }]),
    ...(memory === undefined
      ? []
      : [
          { controller: 'memory' as const, file: 'memory.max', value: String(memory) },
          { controller: 'memory' as const, file: 'memory.swap.max', value: '0', isOptional: true },
          // The container ends as a whole, as the kubelet has it.
          { controller: 'memory' as const, file: 'memory.oom.group', value: '1', isOptional: true },
        ]),
  ];
}

function separateSettings(limits: Limits): Setting[] {
  const { cpu, memory } = amounts(limits);
  return [
    ...(cpu === undefined
      ? []
      : [
          { controller: 'cpu' as const, file: 'cpu.cfs_period_us', value: String(periodUs) },
          { controller: 'cpu' as const, file: 'cpu.cfs_quota_us', value: String(quota(cpu)) },
        ]),
    ...(memory === undefined
      ? []
      : [
          { controller: 'memory' as const, file: 'memory.limit_in_bytes', value: String(memory) },
          { controller: 'memory' as const, file: 'memory.memsw.limit_in_bytes', value: String(memory), isOptional: true },
        ]),
  ];
}

function amounts(limits: Limits): { cpu: bigint | undefined; memory: bigint | undefined } {
  const cpu = limits['cpu'] === undefined ? undefined : parseQuantity(limits['cpu']);
  const memory = limits['memory'] === undefined ? undefined : parseQuantity(limits['memory']);
  return { cpu: cpu && scaledValue(cpu, -3), memory: memory && scaledValue(memory, 0) };
}

/** Microseconds of a period for so many thousandths of a CPU; the kernel wants at least a millisecond. */
function quota(milliCpu: bigint): number {
  return Math.max(1000, Math.round((Number(milliCpu) * periodUs) / 1000));
}

function oomKills(folder: string, version: 1 | 2): number {
  const text = readOr(join(folder, version === 2 ? 'memory.events' : 'memory.oom_control'), '');
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

function removeGroups(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      // The kernel still has processes of it that are about to vanish; `removeEmptyGroups` gets it later.
    }
  }
}

/**
 * Removes what ended containers have left behind: groups are called `PID.NAME` after the supervisor that made them, and only those
 * of supervisors that have ended, or of this one, are touched.
 */
export function removeEmptyGroups({ controllers }: CgroupRoot): void {
  for (const parent of new Set(Object.values(controllers))) {
    try {
      const names = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory() && isLeftOver(entry.name));
      removeGroups(names.map(({ name }) => join(parent, name)));
      rmdirSync(parent);
    } catch {
      // Another supervisor's containers are in it.
    }
  }
}

function isLeftOver(name: string): boolean {
  const [pid = ''] = name.split('.');
  return pid === String(process.pid) || !existsSync(`/proc/${pid}`);
}
