import { expect, test } from 'vitest';
import { quote } from '../../src/pod/go-quote.ts';

// Expected values as Go's strconv.Quote gives them.
test.each([
  ['plain', '"plain"'],
  ['say "hi" \\', '"say \\"hi\\" \\\\"'],
  ['a\nb\tc\r\v\f\b\x07', '"a\\nb\\tc\\r\\v\\f\\b\\a"'],
  ['\x00\x1f\x7f', '"\\x00\\x1f\\x7f"'],
  ['äöü 日本 €', '"äöü 日本 €"'],
  ['\u00a0\u200b\ufeff', '"\\u00a0\\u200b\\ufeff"'],
  ['\u{1f680}', '"\u{1f680}"'],
  ['\u{e0001}', '"\\U000e0001"'],
])('%j', (text, expected) => {
  expect(quote(text)).toBe(expected);
});
