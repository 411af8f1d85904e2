import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectHost, parseDuration, parseSeconds } from '../../src/cli/arguments.ts';

describe('parseDuration', () => {
  it.each([
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['1h2m3s4ms', 3_723_004],
  ])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '30', 's', '-5s', '5 s', '5x', '1s!', '0s', 'Infinitys', '1e3s', '..5s'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow('Expected a time such as 30s, 1m30s or 500ms');
  });

  it('guesses the unit that was left out', () => {
    expect(() => parseDuration('45')).toThrow('did you mean 45s?');
  });

  it('adds up', () => {
    const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), fc.nat(100), fc.integer({ min: 1, max: 999 }), (h, m, s, ms) => {
        expect(parseDuration(`${h}h${m}m${s}s${ms}ms`)).toBe(h * units.h + m * units.m + s * units.s + ms);
      }),
    );
  });
});

it('parseSeconds takes whole seconds', () => {
  expect(parseSeconds('0')).toBe(0);
  expect(parseSeconds('30')).toBe(30);
  for (const text of ['', '-1', '1.5', '30s', '0x10', '1e3', '9999999999'])
    expect(() => parseSeconds(text)).toThrow('Expected whole seconds');
});

describe('collectHost', () => {
  it('collects names with IPv4 and IPv6 addresses', () => {
    expect(collectHost('cache.local=::1', collectHost('db=127.0.0.1'))).toEqual([
      { name: 'db', address: '127.0.0.1' },
      { name: 'cache.local', address: '::1' },
    ]);
  });

  it.each([
    ['db', 'Expected NAME=ADDRESS'],
    ['=127.0.0.1', 'Expected NAME=ADDRESS'],
    ['a b=127.0.0.1', 'Expected NAME=ADDRESS'],
    ['-db=127.0.0.1', 'Expected NAME=ADDRESS'],
    ['db=localhost', 'Expected an IP address after "db="'],
    ['db=', 'Expected an IP address after "db="'],
    ['db=127.0.0.1\n1.2.3.4 x', 'Expected'],
  ])('refuses %j', (text, message) => expect(() => collectHost(text)).toThrow(message));
});
