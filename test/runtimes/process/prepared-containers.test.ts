import { expect, test } from 'vitest';
import { PreparedContainers } from '../../../src/runtimes/process/prepared-containers.ts';

test('the next three are held ready, others are made when they are wanted', () => {
  const made: string[] = [];
  const specs = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }));
  const prepared = new PreparedContainers(
    specs,
    ({ name }) => {
      made.push(name);
      return `${name}${made.filter((other) => other === name).length}`;
    },
    3,
  );
  expect(made).toEqual(['a', 'b', 'c']);
  expect(prepared.take({ name: 'a' })).toBe('a1');
  expect(made).toEqual(['a', 'b', 'c', 'd']);
  // A restart, while the others still wait.
  expect(prepared.take({ name: 'a' })).toBe('a2');
  expect(prepared.take({ name: 'e' })).toBe('e1');
  expect(['b', 'c', 'd'].map((name) => prepared.take({ name }))).toEqual(['b1', 'c1', 'd1']);
  expect(made).toEqual(['a', 'b', 'c', 'd', 'a', 'e']);
});
