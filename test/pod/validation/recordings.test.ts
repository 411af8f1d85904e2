import { expect, test } from 'vitest';
import { applyDefaults } from '../../../src/pod/defaults.ts';
import { podWarnings } from '../../../src/pod/warnings.ts';
import { validatePod } from '../../../src/pod/validation/validate-pod.ts';
import { conformanceLines } from '../conformance-data.ts';

interface Recording {
  pod: unknown;
  decodeError: string | null;
  errors: unknown[];
  warnings: string[] | null;
}

/** A Pod that cannot be decoded is not validated. */
const recordings = conformanceLines<Recording>('validation.ndjson').map((recording, index) => ({ ...recording, line: index + 1 }));
const decoded = recordings.filter(({ decodeError }) => decodeError === null);

test('every recorded Pod has all the recorded errors, in their order', () => {
  const differences = decoded.flatMap(({ line, pod, errors }) => {
    const actual = validatePod(applyDefaults(pod));
    return JSON.stringify(actual) === JSON.stringify(errors) ? [] : [{ line, actual, errors }];
  });
  expect(differences.slice(0, 3)).toEqual([]);
});

test('every recorded Pod has the recorded warnings', () => {
  const differences = decoded.flatMap(({ line, pod, warnings }) => {
    const actual = podWarnings(applyDefaults(pod));
    return JSON.stringify(actual) === JSON.stringify(warnings ?? []) ? [] : [{ line, actual, warnings }];
  });
  expect(differences.slice(0, 3)).toEqual([]);
});
