import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  isWhole,
  parseQuantity,
  quantityRatio,
  roundUp,
  scaledValue,
  subtractQuantities,
  type Quantity,
} from '../../src/pod/quantity.ts';

describe('canonical text', () => {
  test.each([
    ['0', '0'],
    ['0Mi', '0'],
    ['1', '1'],
    ['1000', '1k'],
    ['1500m', '1500m'],
    ['1.5', '1500m'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['1.', '1.'],
    ['1.500', '1.500'],
    ['+5', '+5'],
    ['-5', '-5'],
    ['05', '05'],
    ['2e8', '200e6'],
    ['129e6', '129e6'],
    ['100e-3', '100e-3'],
    ['1e-1', '100e-3'],
    ['1E3', '1E3'],
    ['1E', '1E'],
    ['1024', '1024'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['0.5Ki', '512'],
    ['0.0001Ki', '102400u'],
    ['16Ei', '9223372036854775807'],
    ['0.1n', '1n'],
    ['1u', '1u'],
    ['123456789', '123456789'],
    ['1000000000000000000000000', '1'],
  ])('%s is printed as %s', (text, canonical) => {
    expect(formatQuantity(quantity(text))).toBe(canonical);
  });

  test.each(['', 'abc', '1 ', '1KB', '1ki', '1e', '1e3.5', '1.2.3', '--1', '1Mi5', '1e99999999999', 'NaN', 'e-400'])(
    '%j is no quantity',
    (text) => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );
});

describe('arithmetic', () => {
  test.each([
    ['100m', '0.1', 0],
    ['1Gi', '1G', 1],
    ['-1', '1', -1],
    ['-2', '-1', -1],
    ['0', '0Ki', 0],
    ['1e999999999', '16Ei', 1],
    ['-1e999999999', '1n', -1],
  ])('%s against %s is %d', (a, b, expected) => {
    expect(compareQuantities(quantity(a), quantity(b))).toBe(expected);
  });

  test.each([
    ['100m', '1.5', '1600m'],
    ['100e-3', '10m', '110e-3'],
    ['0', '100Mi', '100Mi'],
    ['1Gi', '1', '1073741825'],
    ['1Gi', '100m', '1073741824100m'],
    ['8Ei', '8Ei', '18446744073709551614'],
  ])('%s + %s = %s', (a, b, expected) => {
    expect(formatQuantity(addQuantities(quantity(a), quantity(b)))).toBe(expected);
  });

  test('rounding goes away from zero, and an exact value keeps its text', () => {
    expect(formatQuantity(roundUp(quantity('0.1u'), -3))).toBe('1m');
    expect(formatQuantity(roundUp(quantity('-1001u'), -3))).toBe('-2m');
    expect(formatQuantity(roundUp(quantity('1.500'), -3))).toBe('1.500');
    expect(scaledValue(quantity('1.0001'), 0)).toBe(2n);
    expect(scaledValue(quantity('250m'), -3)).toBe(250n);
    expect(['1', '1.5', '1k', '100m', '1e3'].map((text) => isWhole(quantity(text)))).toEqual([true, false, true, false, true]);
  });

  const anyQuantity = fc
    .record({
      // With G less than 10^21, which the API has no suffix for and prints without one.
      digits: fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }),
      suffix: fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'e3', 'e-2', 'u'),
    })
    .map(({ digits, suffix }) => quantity(`${digits.toString()}${suffix}`));

  test('the canonical text means the same value', () => {
    fc.assert(fc.property(anyQuantity, (a) => compareQuantities(quantity(formatQuantity({ ...a })), a) === 0));
  });

  test('sums do not depend on the order, and comparing agrees with subtracting', () => {
    fc.assert(
      fc.property(anyQuantity, anyQuantity, (a, b) => {
        const difference = scaledValue(addQuantities(a, { ...b, mantissa: -b.mantissa }), -9);
        const order = difference === 0n ? 0 : difference > 0n ? 1 : -1;
        return compareQuantities(addQuantities(a, b), addQuantities(b, a)) === 0 && compareQuantities(a, b) === order;
      }),
    );
  });

  test('subtracting is adding backwards', () => {
    fc.assert(fc.property(anyQuantity, anyQuantity, (a, b) => compareQuantities(addQuantities(subtractQuantities(a, b), b), a) === 0));
  });

  test.each([
    ['500m', '1', 0.5],
    ['0', '1Gi', 0],
    ['256Mi', '1Gi', 0.25],
    ['1e400', '4e400', 0.25],
    ['1e2000000000', '2e2000000000', 0.5],
    ['123456789012345678901234567890', '123456789012345678901234567890', 1],
  ])('%s is of %s the part %d', (a, b, ratio) => {
    expect(quantityRatio(quantity(a), quantity(b))).toBeCloseTo(ratio, 12);
  });

  test('a sum of any magnitude can be printed', () => {
    expect(formatQuantity(addQuantities(quantity('1Gi'), quantity('1e2000000000')))).toBe('100e1999999998');
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[+-]?[0-9.]{0,9}[eEinumkKMGTP]{0,3}[-+]?[0-9]{0,12}$/)), (text) => {
        const parsed = parseQuantity(text);
        if (parsed) formatQuantity(addQuantities(roundUp(parsed, -3), parsed));
      }),
    );
  });
});

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (!parsed) throw new Error(`${JSON.stringify(text)} is no quantity`);
  return parsed;
}
