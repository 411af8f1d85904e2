import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pauseArchive } from '../../../src/runtimes/docker/pause-image.ts';
import { pausePrograms } from '../../../src/runtimes/docker/pause/pause-program.ts';

test.runIf(process.platform === 'linux' && process.arch === 'x64')('the program waits until it is told to end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-pause-'));
  const file = join(folder, 'pause');
  writeFileSync(file, Buffer.from(pausePrograms['amd64'] ?? '', 'base64'), { mode: 0o755 });
  const child = spawn(file);
  await once(child, 'spawn');
  child.kill('SIGTERM');
  // Told before it has blocked the signal, it ends by it.
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(code === 0 || signal === 'SIGTERM').toBe(true);
  rmSync(folder, { recursive: true });
});

test('the same program gives the same image, and an unknown architecture is an error', async () => {
  expect(await pauseArchive('arm64', 'localhost/pause:1')).toEqual(await pauseArchive('arm64', 'localhost/pause:1'));
  await expect(pauseArchive('mips', 'localhost/pause:1')).rejects.toThrow(
    "there is no sandbox image for the engine's architecture mips, only for amd64 and arm64",
  );
});
