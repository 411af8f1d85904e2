import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expand, lookupIn } from '../../src/pod/expansion.ts';

const variables = { A: '1', B: '$(A)', EMPTY: '', 'odd name': 'x' };

describe('references are expanded as the API documents them', () => {
  test.each([
    ['$(A)', '1'],
    ['x$(A)y$(A)', 'x1y1'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$1'],
    ['$$$$(A)', '$$(A)'],
    ['$(NOPE)', '$(NOPE)'],
    ['$(B)', '$(A)'],
    ['$(EMPTY)', ''],
    ['$(odd name)', 'x'],
    ['$A', '$A'],
    ['$', '$'],
    ['$$', '$'],
    ['$(A', '$(A'],
    ['$(A$(A)', '$(A$(A)'],
    ['$($(A))', '$($(A))'],
    ['$()', '$()'],
    ['$(A$$', '$(A$'],
    ['${A} %A%', '${A} %A%'],
    ['$(A)\n$(A)', '1\n1'],
    ['$(toString)', '$(toString)'],
  ])('%j gives %j', (text, expected) => {
    expect(expand(text, lookupIn(variables))).toBe(expected);
  });
});

test('the first record that has a name wins, even with an empty value', () => {
  expect(expand('$(A)$(B)', lookupIn({ A: '' }, { A: '1', B: '2' }))).toBe('2');
});

test('doubling every $ of a text keeps it from being expanded', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '(', ')', 'A', ' ', '\n', 'é') }), (text) => {
      expect(expand(text.replaceAll('$', '$$$$'), lookupIn(variables))).toBe(text);
    }),
  );
});

test('without any known name only $$ changes, reading from the left', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '(', ')', 'A') }), (text) => {
      let expected = '';
      for (let at = 0; at < text.length; at++) {
        const close = text.indexOf(')', at);
        if (text.startsWith('$$', at)) at++;
        else if (text.startsWith('$(', at) && close !== -1) {
          expected += text.slice(at, close);
          at = close;
        }
        expected += text.charAt(at);
      }
      expect(expand(text, () => undefined)).toBe(expected);
    }),
  );
});
