import { existsSync, renameSync } from 'node:fs';
import { compressRotated, rotate, rotatedLogs, type RotationPolicy } from '../../logs/rotation.ts';
import type { ContainerEngine } from './container-engine.ts';

export interface EngineLog {
  readonly engine: Pick<ContainerEngine, 'reopenContainerLog'>;
  /** Of the container. */
  readonly id: string;
  readonly path: string;
}

/**
 * Rotates a log that the engine writes, as the kubelet does: the file gets another name, and the engine is told to go on in a new one.
 * An engine that cannot (the container has just ended) has the old one back. False where it goes on as it is. Never rejects.
 */
export async function rotateEngineLog({ engine, id, path }: EngineLog, policy: RotationPolicy): Promise<boolean> {
  try {
    const rotated = rotate(path, new Date(), policy);
    if (rotated === undefined) return true;
    await engine.reopenContainerLog?.(id).catch(() => undefined);
    const hasNew = existsSync(path);
    if (hasNew) await compressRotated(path);
    else renameSync(rotated, path);
    return hasNew;
  } catch {
    // The log was removed with its Pod, or the disk is full: it goes on as it is.
    return false;
  }
}

/** Ends a rotation that a killed program has begun: the engine still writes into the file that has got another name. Never rejects. */
export async function endBegunRotation({ engine, id, path }: EngineLog): Promise<void> {
  if (existsSync(path) || rotatedLogs(path).length === 0) return;
  await engine.reopenContainerLog?.(id).catch(() => undefined);
}
