import { expect, test } from 'vitest';
import { VirtualPod, findStatus, podOf } from './virtual-pod.ts';

test.each([
  [1, 'x'.repeat(12_288), 12_288],
  [1, 'x'.repeat(12_289), 12_288],
  [3, 'x'.repeat(5000), 4096],
  [3, 'short', 5],
  // Bytes, not characters.
  [3, 'é'.repeat(3000), 4096],
])('with %d containers a termination message is cut to its share of 12288 bytes', (count, message, bytes) => {
  const containers = Array.from({ length: count }, (_, i) => ({ name: `c${i}` }));
  const pod = new VirtualPod(podOf({ restartPolicy: 'Never', containers }), { behaviour: { c0: [{ runMs: 10, message }] } }).run(1000);
  const shown = findStatus(pod.state.status, 'c0')?.state?.terminated?.message ?? '';
  expect(Buffer.byteLength(shown)).toBe(bytes);
  expect(message.startsWith(shown)).toBe(true);
});
