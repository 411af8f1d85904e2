import { describe, expect, it } from 'vitest';
import { parseFileSpec } from '../../../src/cli/copy/file-spec.ts';

describe('parseFileSpec', () => {
  it.each([
    ['file', { kind: 'local', path: 'file' }],
    ['./a:b', { kind: 'local', path: './a:b' }],
    ['/a:b', { kind: 'local', path: '/a:b' }],
    ['web:/tmp/x', { kind: 'pod', namespace: undefined, pod: 'web', path: '/tmp/x' }],
    ['shop/web:x:y', { kind: 'pod', namespace: 'shop', pod: 'web', path: 'x:y' }],
  ])('%s', (text, spec) => expect(parseFileSpec(text)).toEqual(spec));

  it.each(['web:', ':x', 'a/b/c:x', ''])('refuses %j', (text) => {
    expect(() => parseFileSpec(text)).toThrow(/filepath can not be empty|canonical format/);
  });
});
