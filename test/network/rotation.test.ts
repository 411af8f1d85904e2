import { expect, test } from 'vitest';
import { Rotation } from '../../src/network/rotation.ts';

const endpoints = ['a', 'b', 'c'].map((address) => ({ address, port: 1, isProbed: false }));
const order = (rotation: Rotation, client: string): string =>
  rotation
    .order(endpoints, client)
    .map(({ address }) => address)
    .join('');

test('each is first in turn', () => {
  const rotation = new Rotation(false);
  expect(Array.from({ length: 4 }, () => order(rotation, 'x'))).toEqual(['abc', 'bca', 'cab', 'abc']);
});

test('a client stays with its endpoint', () => {
  const rotation = new Rotation(true);
  const orders = Array.from({ length: 20 }, (_, index) => [order(rotation, `10.0.0.${index}`), order(rotation, `10.0.0.${index}`)]);
  expect(orders.filter(([one, other]) => one !== other)).toEqual([]);
  expect(new Set(orders.map(([one]) => one)).size).toBe(3);
});

test('without endpoints it is nobody', () => {
  expect(new Rotation(false).order([], 'x')).toEqual([]);
});
