import { expect, test } from 'vitest';
import { simulateScript } from '../../src/simulator/shell-script.ts';
import type { Attempt } from '../../src/simulator/behaviour.ts';

const ignore = { fromMs: 0, stop: 'ignore' };

test.each<[string, unknown]>([
  ['true', { runMs: 5, exitCode: 0, files: [], onStop: [ignore] }],
  ['false', { runMs: 5, exitCode: 1, files: [], onStop: [ignore] }],
  ['exit 7', { runMs: 5, exitCode: 7, files: [], onStop: [ignore] }],
  ['sleep 1.5; exit 3', { runMs: 1505, exitCode: 3, files: [], onStop: [ignore, { fromMs: 1500, stop: 'ignore' }] }],
  [
    'echo hi > /s/f; sleep 1s',
    { runMs: 1005, exitCode: 0, files: [{ atMs: 0, path: '/s/f', exists: true }], onStop: [ignore, { fromMs: 1000, stop: 'ignore' }] },
  ],
  [
    "trap 'sleep 2; exit 5' TERM; while :; do sleep 0.2; done",
    {
      files: [],
      onStop: [ignore, { fromMs: 0, stop: { afterMs: 2005, exitCode: 5 } }, { fromMs: 0, stop: { afterMs: 2105, exitCode: 5 } }],
    },
  ],
  ["trap '' TERM; while true; do echo x; sleep 1; done", { files: [], onStop: [ignore, ignore, ignore] }],
  [
    "trap 'exit 0' TERM; sleep 3",
    {
      runMs: 3005,
      exitCode: 0,
      files: [],
      onStop: [
        ignore,
        { fromMs: 0, stop: { afterMs: 5, exitCode: 0 } },
        { fromMs: 0, stop: { afterMs: 5, exitCode: 0, notBeforeMs: 3000 } },
        { fromMs: 3000, stop: { afterMs: 5, exitCode: 0 } },
      ],
    },
  ],
  [
    'touch /a; sleep 1; rm -f /a',
    {
      runMs: 1005,
      exitCode: 0,
      files: [
        { atMs: 0, path: '/a', exists: true },
        { atMs: 1000, path: '/a', exists: false },
      ],
      onStop: [ignore, { fromMs: 1000, stop: 'ignore' }],
    },
  ],
  ['sleep infinity', { files: [], onStop: [ignore, { fromMs: 0, stop: 'ignore' }] }],
])('%s', (script, expected) => {
  expect(simulateScript(script)).toEqual(expected as Attempt);
});

test.each([
  'n=1; exit $n',
  'if [ -f /x ]; then exit 0; fi',
  'curl http://x',
  'sleep $N',
  'touch $F',
  'trap cleanup TERM',
  'while read l; do echo $l; done',
  'a && b',
  'echo x | wc -l',
])('what cannot be told is not guessed: %s', (script) => {
  expect(simulateScript(script)).toBeUndefined();
});
