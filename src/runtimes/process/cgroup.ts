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

/** The folders, one for each controller, in which this supervisor makes a group for every container with limits. */
export interface CgroupRoot {
  readonly controllers: Readonly<Partial<Record<Controller, string>>>;
  readonly version: 1 | 2;
}

type Controller = 'cpu' | 'memory';

/**
 * Makes this supervisor's groups, undefined where it may not: controllers that are not delegated to this user are of no use.
 * Removes what supervisors that were killed have left there. Source: cgroups(7).
 */
export function openCgroups(mount = '/sys/fs/cgroup'): CgroupRoot | undefined {
  return unified(mount) ?? separate(mount);
}

/** Once no container is left. */
export function closeCgroups({ controllers }: CgroupRoot): void {
  for (const folder of new Set(Object.values(controllers))) removeTree(folder);
}

function unified(mount: string): CgroupRoot | undefined {
  const available = readOr(join(mount, 'cgroup.controllers'), '').trim().split(' ');
  const wanted = (['cpu', 'memory'] as const).filter((name) => available.includes(name));
  const own = wanted.length === 0 ? undefined : makeOwn(mount);
  if (own === undefined) return undefined;
  try {
    // From the top downwards; a folder hands on only what it has been given.
    for (const folder of [mount, own]) writeFileSync(join(folder, 'cgroup.subtree_control'), wanted.map((name) => `+${name}`).join(' '));
  } catch {
    removeTree(own);
    return undefined;
  }
  return { version: 2, controllers: Object.fromEntries(wanted.map((name) => [name, own])) };
}

function separate(mount: string): CgroupRoot | undefined {
  const found = (['cpu', 'memory'] as const).flatMap((name) => {
    const hierarchy = [name, 'cpu,cpuacct']
      .map((folder) => join(mount, folder))
      .find((folder) => existsSync(join(folder, typicalFiles[name])));
    const own = hierarchy && makeOwn(hierarchy);
    return own === undefined ? [] : [[name, own] as const];
  });
  return found.length === 0 ? undefined : { version: 1, controllers: Object.fromEntries(found) };
}

const typicalFiles = { cpu: 'cpu.cfs_quota_us', memory: 'memory.limit_in_bytes' };
const prefix = 'outrider.';

function makeOwn(hierarchy: string): string | undefined {
  try {
    for (const name of readdirSync(hierarchy)) {
      if (name.startsWith(prefix) && !existsSync(`/proc/${name.slice(prefix.length)}`)) removeTree(join(hierarchy, name));
    }
    const own = join(hierarchy, `${prefix}${process.pid}`);
    mkdirSync(own, { recursive: true });
    return own;
  } catch {
    return undefined;
  }
}

function removeTree(folder: string): void {
  try {
    const groups = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    removeGroups([...groups.map(({ name }) => join(folder, name)), folder]);
  } catch {
    // Another supervisor was faster.
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
  readonly controller: Controller;
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
      // The kernel still has processes of it that are about to vanish; the supervisor's end gets it.
    }
  }
}
