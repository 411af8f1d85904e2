import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { outputText } from '../../../src/cli/views/output-text.ts';

it.each<[text: string, plain: string, colored: string]>([
  ['hello', 'hello', 'hello'],
  ['a\tb', 'a    b', 'a    b'],
  ['done\r', 'done', 'done'],
  ['10%\r20%\r100%', '100%', '100%'],
  ['\u001B[31mred\u001B[0m', 'red', '\u001B[31mred\u001B[0m\u001B[0m'],
  ['\u001B[2J\u001B[1;1Hclear', 'clear', 'clear'],
  ['\u001B]0;title\u0007text', 'text', 'text'],
  ['bell\u0007 null\u0000', 'bell null', 'bell null'],
  ['日本 ✓', '日本 ✓', '日本 ✓'],
])('%j', (text, plain, colored) => {
  expect(outputText(text, false)).toBe(plain);
  expect(outputText(text, true)).toBe(colored);
});

it('lets nothing through that moves the cursor', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('\u001B[', '\u001B]', '2J', '31m', 'H', ';', '\u001B', '\r', '\u009B', '\u0008'));
  fc.assert(
    fc.property(fc.array(piece), fc.boolean(), (pieces, keepColors) => {
      // eslint-disable-next-line no-control-regex -- colours are the only control sequences that may be left
      expect(outputText(pieces.join(''), keepColors).replaceAll(/\u001B\[[\d;:]*m/g, '')).not.toMatch(/\p{Cc}/u);
    }),
  );
});
