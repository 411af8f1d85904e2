import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineKind, findEngine } from '../../src/cli/find-engine.ts';
import type { EngineName } from '../../src/cli/runtime-choice.ts';
import type { ContainerEngine } from '../../src/runtimes/containers/container-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-engines-'));
const socket = join(folder, 'engine.sock');
const server = createServer((connection) => connection.on('error', () => undefined));
beforeAll(() => new Promise<void>((resolve) => server.listen(socket, resolve)));
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function kind(name: EngineName, address: string, answer: ContainerEngine | string): EngineKind {
  const connect = (): Promise<ContainerEngine> =>
    typeof answer === 'string' ? Promise.reject(new Error(answer)) : Promise.resolve(answer);
  return { name, endpoints: [{ address, connect }] };
}

describe('findEngine', () => {
  const engine = { name: 'x' } as ContainerEngine;
  const missing = join(folder, 'none.sock');

  it('takes the first that answers, in the order of preference', async () => {
    const kinds = [
      kind('docker', missing, 'not asked'),
      kind('podman', `unix://${socket}`, engine),
      kind('containerd', socket, 'not asked'),
    ];
    expect(await findEngine(kinds)).toEqual({ found: { name: 'podman', engine }, problems: [`docker: no socket at ${missing}`] });
  });

  it('says why none does', async () => {
    const closed = 'tcp://127.0.0.1:1';
    const kinds = [
      kind('docker', closed, engine),
      kind('podman', socket, 'speaks something else'),
      { name: 'containerd' as const, endpoints: [] },
    ];
    expect(await findEngine(kinds)).toEqual({
      found: undefined,
      problems: [
        'docker: nobody answers at 127.0.0.1:1',
        'podman: speaks something else',
        'containerd: no socket in any of its usual places',
      ],
    });
  });
});
