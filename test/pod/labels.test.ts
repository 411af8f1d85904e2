import { expect, test } from 'vitest';
import { matchesLabelSelector, matchesSelector } from '../../src/pod/labels.ts';

const labels = { app: 'web', tier: 'front' };

test.each([
  [{ app: 'web' }, true],
  [{ app: 'web', tier: 'front' }, true],
  [{ app: 'db' }, false],
  [{ app: 'web', zone: 'a' }, false],
  [{ toString: 'x' }, false],
  [{}, false],
  [undefined, false],
])('a Service selector %j: %s', (selector, expected) => {
  expect(matchesSelector(labels, selector)).toBe(expected);
});

test.each([
  [{}, true],
  [undefined, false],
  [{ matchLabels: { app: 'web' } }, true],
  [{ matchLabels: { app: 'db' } }, false],
  [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
  [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }, true],
  [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }, false],
  [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, true],
  [{ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, false],
  [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }, true],
  [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false],
  [{ matchExpressions: [{ key: 'tier', operator: 'Maybe' }] }, false],
])('a LabelSelector %j: %s', (selector, expected) => {
  expect(matchesLabelSelector(labels, selector)).toBe(expected);
});
