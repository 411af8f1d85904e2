import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyDefaults } from '../../src/pod/defaults.ts';
import { effectiveResources } from '../../src/pod/effective-resources.ts';
import { qosClass } from '../../src/pod/qos.ts';
import { validatePod } from '../../src/pod/validation/validate-pod.ts';
import { podWarnings } from '../../src/pod/warnings.ts';
import { decodedPod } from './decoded-objects.ts';

test('whatever was decoded is defaulted, validated and counted without an exception', () => {
  fc.assert(
    fc.property(decodedPod, (decoded) => {
      const before = JSON.stringify(decoded);
      const pod = applyDefaults(decoded);
      for (const { field, message } of validatePod(pod)) expect(message.startsWith(field)).toBe(true);
      podWarnings(pod);
      effectiveResources(pod);
      qosClass(pod);
      expect(JSON.stringify(decoded)).toBe(before);
    }),
    { numRuns: 500 },
  );
}, 60_000);

test('defaulting a defaulted Pod changes nothing', () => {
  fc.assert(
    fc.property(decodedPod, (decoded) => {
      const pod = applyDefaults(decoded);
      expect(applyDefaults(pod)).toEqual(pod);
    }),
    { numRuns: 300 },
  );
}, 60_000);
