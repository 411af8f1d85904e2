import { afterEach, expect, test } from 'vitest';
import type { ContainerEngine } from '../../../src/runtimes/containers/container-engine.ts';
import { createCriEngine } from '../../../src/runtimes/cri/cri-engine.ts';
import { containerConfig } from '../../integration/cri/fixture.ts';
import { FakeCri } from './fake-cri.ts';

const closing: (() => unknown)[] = [];
afterEach(() => closing.splice(0).map((close) => close()));

async function connect(events: 'none' | 'disabled' | 'enabled'): Promise<{ fake: FakeCri; engine: ContainerEngine; exits: unknown[] }> {
  const fake = new FakeCri(events);
  await fake.listen();
  const engine = await createCriEngine({ address: fake.address });
  closing.push(
    () => engine.close(),
    () => fake.close(),
  );
  const exits: unknown[] = [];
  engine.watch({
    exited: (id, status) => exits.push([id, status?.state, status?.exitCode, status?.finishedAt]),
    disconnected: (reason) => exits.push(reason),
    reconnected: () => exits.push('reconnected'),
  });
  return { fake, engine, exits };
}

test.each(['none', 'disabled', 'enabled'] as const)('ends are told with the engine’s status where its events are %s', async (events) => {
  const { fake, engine, exits } = await connect(events);
  const sandbox = { id: 's', labels: {}, attempt: 0, state: 'ready', createdAt: 0, ips: [] } as const;
  const config = containerConfig({}, 'main', ['true']);
  const [first, second] = [await engine.createContainer(sandbox, config), await engine.createContainer(sandbox, config)];
  await engine.startContainer(first.id);
  await engine.startContainer(second.id);
  if (events === 'enabled') await expect.poll(() => fake.isWatched).toBe(true);
  // Before anybody has seen it run.
  fake.end(first.id);
  await expect.poll(() => exits, { timeout: 5000 }).toEqual([[first.id, 'exited', 3, 7]]);
  fake.end(second.id);
  await expect
    .poll(() => exits, { timeout: 5000 })
    .toEqual([
      [first.id, 'exited', 3, 7],
      [second.id, 'exited', 3, 7],
    ]);
});

test('what it cannot do it says', async () => {
  const { engine } = await connect('none');
  expect(engine).toMatchObject({ name: 'cri-o', description: expect.stringMatching(/^cri-o 1\.30\.1 at \/.*cri\.sock$/) as unknown });
  await expect(engine.loadImages('/tmp/a.tar')).rejects.toThrow('skopeo copy docker-archive:/tmp/a.tar containers-storage:NAME:TAG');
});
