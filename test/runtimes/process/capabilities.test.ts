import { describe, expect, test } from 'vitest';
import { containerCapabilities, defaultCapabilities } from '../../../src/runtimes/process/capabilities.ts';

describe('the capabilities of a container', () => {
  test.each([
    [undefined, defaultCapabilities],
    [{ drop: ['KILL', 'CAP_CHOWN'] }, defaultCapabilities.filter((name) => name !== 'KILL' && name !== 'CHOWN')],
    [{ drop: ['ALL'] }, []],
    [{ drop: ['all'], add: ['net_admin', 'CAP_CHOWN'] }, ['NET_ADMIN', 'CHOWN']],
    [{ add: ['SYS_TIME', 'KILL'] }, [...defaultCapabilities, 'SYS_TIME']],
  ])('for %j', (change, expected) => {
    expect(containerCapabilities(change)).toEqual(expected);
  });

  test('are all there are, except what is dropped', () => {
    const all = containerCapabilities({ add: ['ALL'], drop: ['SYS_ADMIN'] });
    expect(all).toHaveLength(40);
    expect(all).not.toContain('SYS_ADMIN');
  });

  test('do not include what does not exist', () => {
    expect(() => containerCapabilities({ add: ['FLY'] })).toThrow('unknown capability "FLY"');
  });
});
