import { readFileSync } from 'node:fs';

/**
 * The least oom_score_adj that may be asked for. Some machines (containers themselves, mostly) let nobody lower it, and an engine
 * there fails on every container that asks for less than its own.
 */
export function leastOOMScoreAdj(proc = '/proc/self'): number {
  try {
    const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1];
    const own = Number(readFileSync(`${proc}/oom_score_adj`, 'utf8'));
    const isRoot = process.getuid?.() === 0;
    // Without root this program's rights say nothing of the engine's.
    const mayLower = !isRoot || capabilities === undefined || (BigInt(`0x${capabilities}`) & sysResource) !== 0n;
    return mayLower ? -1000 : own;
  } catch {
    return -1000;
  }
}

const sysResource = 1n << 24n;
