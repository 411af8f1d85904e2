import { describe, expect, test } from 'vitest';
import { envFileValue } from '../../src/pod/env-file.ts';

describe('the value of a key', () => {
  test.each([
    ["A='1'\nKEY='value'\n", 'value'],
    ["KEY='value'", 'value'],
    ["  KEY='value'  # why\nB='2'", 'value'],
    ["# KEY='no'\n\n \t\nKEY='yes'", 'yes'],
    ["KEY='first'\nKEY='second'", 'first'],
    ['KEY=\'$HOME \\n "x" # y\'', '$HOME \\n "x" # y'],
    ["KEY='one\ntwo\n'\n", 'one\ntwo\n'],
    ["A='KEY=\nKEY='\nKEY='x'", 'x'],
    ["KEY= 'ignored'\n", ''],
    ["KEY=''", ''],
    ["KEY='value'\r\n", 'value'],
    ["OTHER='x'", undefined],
    ['', undefined],
    ["KEY='found'\nbroken line", 'found'],
  ])('of %j is %j', (text, expected) => {
    expect(envFileValue(text, 'KEY')).toBe(expected);
  });
});

test.each([
  ['KEY=value', 1],
  ['A=\'1\'\nKEY="x"', 2],
  ["\n\nKEY ='x'", 3],
  ["KEY='open\nand open", 1],
  ["KEY='x' y", 1],
  ["='x'", 1],
  ['no assignment', 1],
])('%j is refused with its line', (text, line) => {
  expect(() => envFileValue(text, 'KEY')).toThrow(`env file, line ${line}: expected NAME='value'`);
});
