import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter, maxEntryBytes } from '../../src/logs/line-splitter.ts';

type Piece = [text: string, full: boolean];

function split(chunks: readonly Uint8Array[]): Piece[] {
  const splitter = new LineSplitter();
  const pieces: Piece[] = [];
  const emit = (bytes: Uint8Array, full: boolean) => void pieces.push([Buffer.from(bytes).toString('latin1'), full]);
  for (const chunk of chunks) splitter.push(chunk, emit);
  splitter.end(emit);
  return pieces;
}

const long = (length: number) => 'x'.repeat(length);

test.each<[string, Piece[]]>([
  ['', []],
  ['a\n', [['a', true]]],
  [
    '\n\n',
    [
      ['', true],
      ['', true],
    ],
  ],
  [
    'a\nb',
    [
      ['a', true],
      ['b', false],
    ],
  ],
  ['a\r\n', [['a\r', true]]],
  [`${long(maxEntryBytes)}\n`, [[long(maxEntryBytes), true]]],
  [long(maxEntryBytes), [[long(maxEntryBytes), false]]],
  [
    `${long(maxEntryBytes + 1)}\n`,
    [
      [long(maxEntryBytes), false],
      ['x', true],
    ],
  ],
  [
    `${long(2 * maxEntryBytes)}\ny\n`,
    [
      [long(maxEntryBytes), false],
      [long(maxEntryBytes), true],
      ['y', true],
    ],
  ],
])('%# lines, and pieces of lines that are too long', (text, expected) => {
  expect(split([Buffer.from(text, 'latin1')])).toEqual(expected);
});

test('any chunking gives the same pieces', () => {
  const word = fc.oneof(
    { weight: 8, arbitrary: fc.stringMatching(/^[a-z\n]{0,9}$/) },
    { weight: 1, arbitrary: fc.integer({ min: maxEntryBytes - 2, max: 2 * maxEntryBytes + 2 }).map(long) },
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 30 }), (words, sizes) => {
      const bytes = Buffer.from(words.join(''), 'latin1');
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      chunks.push(bytes.subarray(at));
      const pieces = split(chunks);
      expect(pieces).toEqual(split([bytes]));
      expect(pieces.map(([text, full]) => (full ? `${text}\n` : text)).join('')).toBe(bytes.toString('latin1'));
      expect(pieces.every(([text]) => text.length <= maxEntryBytes)).toBe(true);
    }),
  );
});
