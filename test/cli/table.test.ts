import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { table } from '../../src/cli/table.ts';

it('table aligns by what is seen, and continues lists in rows of their own', () => {
  const { red } = picocolors.createColors(true);
  expect(table([['A', 'B', 'C'], [red('long'), 'x', ['1', '2']], ['日本', '', 'last']])).toEqual([
    'A      B   C',
    `${red('long')}   x   1`,
    '           2',
    '日本       last',
  ]); // prettier-ignore
});
