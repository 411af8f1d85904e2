import { describe, expect, it } from 'vitest';

import { NumberLiteral } from '../../src/manifest/number-literal.ts';
import { resolveImplicitScalar } from '../../src/manifest/implicit-scalar.ts';

describe('resolveImplicitScalar', () => {
  it.each<[string, unknown]>([
    ['', null],
    ['~', null],
    ['Null', null],
    ['nULL', 'nULL'],
    ['yes', true],
    ['Y', true],
    ['ON', true],
    ['oN', 'oN'],
    ['false', false],
    ['off', false],
    ['n', false],
    ['0', 0],
    ['-1', -1],
    ['+5', 5],
    ['1_000', 1000],
    ['0644', 0o644],
    ['0o644', 0o644],
    ['-0644', -0o644],
    ['08', 8],
    ['0x1F', 31],
    ['0b101', 5],
    ['1.50', 1.5],
    ['.5', 0.5],
    ['1.', 1],
    ['1e3', 1000],
    ['1E+3', 1000],
    ['9007199254740993', new NumberLiteral('9007199254740993')],
    ['18446744073709551615', new NumberLiteral('18446744073709551615')],
    ['18446744073709551616', 18446744073709552000],
    ['-9223372036854775808', new NumberLiteral('-9223372036854775808')],
    ['100m', '100m'],
    ['1.2.3', '1.2.3'],
    ['1:30', '1:30'],
    ['2001-01-01', '2001-01-01'],
    ['.', '.'],
    ['-', '-'],
    ['.inf', Infinity],
    ['-.Inf', -Infinity],
    ['.nan', NaN],
    ['.', '.'],
    ['busybox:1.36', 'busybox:1.36'],
  ])('reads %j as %j', (text, expected) => {
    expect(resolveImplicitScalar(text)).toEqual(expected);
  });
});
