import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTerminationMessage } from '../../../src/runtimes/shared/termination-message.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-message-'));

test.each([
  ['short', 'short'],
  ['', ''],
  [`${'a'.repeat(100)}${'b'.repeat(4096)}`, 'b'.repeat(4096)],
])('the end of a file is the message', (content, message) => {
  writeFileSync(join(folder, 'message'), content);
  expect(readTerminationMessage(join(folder, 'message'))).toBe(message);
});

test('what is no file is no message', () => {
  symlinkSync('/etc/passwd', join(folder, 'link'));
  expect(['link', 'absent', '.'].map((name) => readTerminationMessage(join(folder, name)))).toEqual(['', '', '']);
});
