import { describe, expect, it } from 'vitest';

import { parseManifest } from '../../src/manifest/parse.ts';

const notClosed = 'not indented as part of the quotes or brackets that are open here; is a closing one missing?';
const missingColon = 'the name of a field goes over several lines; is ": " missing in the line before?';
const unexpectedColon = 'unexpected colon; is the line indented like the fields beside it? A value with ": " in it needs quotes';

describe('explainSyntax', () => {
  it.each<[string, string, string]>([
    ['a colon in a value', 'a: b: c\n', `1:5 ${unexpectedColon}`],
    ['a field that is indented too far', 'a:\n  b: 1\n   c: 2\n', `3:5 ${unexpectedColon}`],
    ['a field that is not indented far enough', 'a:\n  b: 1\n c: 2\n', '3:2 indented differently from the fields beside it'],
    ['an item that is indented too far', 'a:\n - y: 1\n  - z\n', '3:3 indented differently from the items beside it'],
    ['no space behind a colon', 'a: 1\nb:2\nc: 3\n', `3:2 ${missingColon}`],
    ['no colon in the first line', 'foo\nb: 2\n', `2:2 ${missingColon}`],
    ['a list beside fields', 'a: 1\n- b\n', '2:1 does not belong to what stands above; is it indented alike?'],
    ['text behind a quoted value', "a: 'it's'\n", '1:8 unexpected text behind a value; does the value need quotes?'],
    ['a tab', 'a: 1\n\tb: 2\n', '2:1 indented with a tab; use spaces'],
    ['an open quote', 'a: "x\nb: 1\n', `2:1 ${notClosed}`],
    ['an open quote at the end', 'a: "x', '1:6 expected a closing " before the end'],
    ['an open single quote at the end', "a: 'x", "1:6 expected a closing ' before the end"],
    ['an open bracket', 'a: [1,\nb: 2\nc: 3\n', `2:1 ${notClosed}`],
    ['an open bracket at the end', 'a: {b: 1', '1:9 expected a closing bracket before the end'],
    ['an open bracket behind another in lines of its own', 'a: [\n]\nb: [', '3:5 expected a closing bracket before the end'],
    ['no comma', '{"a": 1 "b": 2}', '1:12 expected a comma or a closing bracket'],
    ['a value with @', 'a: @x\n', '1:4 a value that begins with @ needs quotes'],
    ['a value with *', 'a: * * * *\n', '1:5 a value that begins with * needs quotes'],
    ['a value with &', 'a: & b\n', '1:5 a value that begins with & needs quotes'],
    ['a template', 'a: {{ .Values.a }}\n', '1:5 a field name must be text; a template has to be rendered first'],
    ['a template of a whole line', '{{- if x }}\na: 1\n', '1:3 expected a comma or a closing bracket; a template has to be rendered first'],
    ['something else', 'a: !foo!bar x\n', '1:12 undeclared tag handle "!foo!"'],
  ])('says what to do about %s', (_, text, expected) => {
    expect(parseManifest(text).errors.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([expected]);
  });
});
