import { expect, it } from 'vitest';
import { LinePrefixer } from '../../src/cli/line-prefixer.ts';

it('puts the prefix before whole lines, however they are cut', () => {
  const prefixer = new LinePrefixer('> ');
  const chunks = ['on', 'e\ntwo\nth', 'ree', '\nlast'];
  expect([...chunks.map((chunk) => prefixer.take(Buffer.from(chunk)).toString()), prefixer.end().toString()]).toEqual([
    '',
    '> one\n> two\n',
    '',
    '> three\n',
    '> last',
  ]);
});
