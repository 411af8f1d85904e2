import { closeSync, constants, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpApi } from './http-api.ts';

/**
 * Has the monitor of a Podman container, conmon, which writes its log, go on in a new file: Podman's API knows no such call, and the
 * `max-size` of its logs throws away what was written before. Rejects when the container does not run.
 * Source: conmon, src/ctrl.c; the monitor reads lines `TYPE HEIGHT WIDTH`, and 2 is REOPEN_LOGS_EVENT.
 */
export async function reopenPodmanLog(libpod: HttpApi, id: string): Promise<void> {
  const { StaticDir, HostConfig } = await libpod.call<PodmanInspect>('GET', `/containers/${id}/json`);
  // Without a reader, opening it is an error.
  const control = openSync(join(StaticDir, 'ctl'), constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    writeSync(control, '2 0 0\n');
  } finally {
    closeSync(control);
  }
  for (let attempt = 0; !existsSync(HostConfig.LogConfig.Path); attempt++) {
    if (attempt === mostAttempts) throw new Error('the monitor of the container has not opened a new log file');
    await delay(attemptMs);
  }
}

interface PodmanInspect {
  readonly StaticDir: string;
  readonly HostConfig: { readonly LogConfig: { readonly Path: string } };
}

/** It takes the monitor less than a millisecond, where the machine is not busy. */
const attemptMs = 5;
const mostAttempts = 200;
