import { describe, expect, test } from 'vitest';
import { containerCommand, execProbeCommand } from '../../src/pod/command.ts';
import { makeContainer } from '../fixtures/pod.ts';

const image = { Entrypoint: ['/entry', '$(A)'], Cmd: ['serve', '$(A)'] };

describe('command and args over the image', () => {
  test.each([
    ['neither', {}, image, ['/entry', '$(A)', 'serve', '$(A)']],
    ['args', { args: ['x', '$(A)'] }, image, ['/entry', '$(A)', 'x', '1']],
    ['command drops the Cmd', { command: ['run', '$(A)$(B)'] }, image, ['run', '1$(B)']],
    ['both', { command: ['run'], args: ['$$(A)'] }, image, ['run', '$(A)']],
    ['empty lists are absent ones', { command: [], args: [] }, image, ['/entry', '$(A)', 'serve', '$(A)']],
    ['no image', { command: ['run'] }, {}, ['run']],
    ['args alone', { args: ['x'] }, {}, ['x']],
    ['nothing', {}, {}, []],
  ])('%s', (_, container, imageCommand, expected) => {
    expect(containerCommand(makeContainer(container), imageCommand, { A: '1' })).toEqual(expected);
  });
});

test('an exec probe sees only what stands literally in env', () => {
  const container = makeContainer({
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '$(A)' },
      { name: 'REF', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    envFrom: [{ configMapRef: { name: 'c' } }],
  });
  expect(execProbeCommand(container, ['t', '$(A)', '$(B)', '[$(REF)]', '$(FROM)'])).toEqual(['t', '1', '$(A)', '[]', '$(FROM)']);
});
