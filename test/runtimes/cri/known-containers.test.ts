import { expect, test } from 'vitest';
import type { EngineContainer } from '../../../src/runtimes/containers/container-engine.ts';
import { KnownContainers } from '../../../src/runtimes/cri/known-containers.ts';

const container: EngineContainer = {
  id: 'c',
  labels: {},
  sandboxID: 's',
  state: 'running',
  createdAt: 1,
  startedAt: 10,
  finishedAt: 0,
  exitCode: 0,
  oomKilled: false,
  imageID: 'i',
};
const told = { ...container, state: 'exited', exitCode: 3, finishedAt: 20 };

function observed(settled?: EngineContainer): { known: KnownContainers; exits: unknown[] } {
  const exits: unknown[] = [];
  const known = new KnownContainers((_id, released) => released.then(() => settled));
  known.tellExits((id, status) => exits.push(status ?? id));
  known.remember(container);
  return { known, exits };
}

test('an exit is told once, with the whole status; what the engine says later has it as well', async () => {
  const { known, exits } = observed();
  known.observe({ type: 'exited', id: 'c', exit: { exitCode: 3, at: 20 } });
  known.observe({ type: 'exited', id: 'c', exit: { exitCode: 3, at: 20 } });
  await known.ended('c');
  expect(exits).toEqual([told]);
  expect(known.remember(container)).toEqual(told);
});

test('an exit during the start is told after it; a start that failed is none', async () => {
  const { known, exits } = observed();
  known.starting('c');
  known.observe({ type: 'started', id: 'c', at: 15, pid: 7 });
  known.observe({ type: 'exited', id: 'c', exit: { exitCode: 3, at: 20 } });
  expect(exits).toEqual([]);
  known.startEnded('c', true);
  await known.ended('c');
  expect(exits).toEqual([{ ...told, startedAt: 15, pid: 7 }]);
  const failing = observed();
  failing.known.starting('c');
  failing.known.observe({ type: 'exited', id: 'c', exit: { exitCode: 255, at: 20 } });
  failing.known.startEnded('c', false);
  await failing.known.ended('c');
  expect(failing.exits).toEqual([]);
});

test('after a SIGKILL the engine is asked whether it was for memory, unless it has said so', async () => {
  const killed = { ...told, exitCode: 137, oomKilled: true } as EngineContainer;
  const asked = observed(killed);
  asked.known.observe({ type: 'exited', id: 'c', exit: { exitCode: 137, at: 20 } });
  expect(asked.exits).toEqual([]);
  asked.known.observe({ type: 'released', id: 'c' });
  await asked.known.ended('c');
  expect(asked.exits).toEqual([killed]);
  const said = observed();
  said.known.observe({ type: 'oom', id: 'c' });
  said.known.observe({ type: 'exited', id: 'c', exit: { exitCode: 137, at: 20 } });
  await said.known.ended('c');
  expect(said.exits).toEqual([killed]);
});

test('sandboxes and what others made are told by their IDs', () => {
  const { known, exits } = observed();
  known.observe({ type: 'exited', id: 'sandbox', exit: { exitCode: 0, at: 1 } });
  expect(exits).toEqual(['sandbox']);
});

test('whoever waits for a container hears of its removal', async () => {
  const { known } = observed();
  const both = Promise.all([known.ended('c'), known.released('c')]);
  known.forget('c');
  await both;
  expect(known.get('c')).toBeUndefined();
});
