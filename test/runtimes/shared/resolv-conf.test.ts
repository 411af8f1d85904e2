import { expect, test } from 'vitest';
import { resolvConf } from '../../../src/runtimes/shared/resolv-conf.ts';

const machine =
  '# a comment\nnameserver 10.0.0.1 # first\ndomain old.example\nsearch a.example b.example\noptions ndots:1 rotate\nnameserver ::1\n';

test.each([
  ['the machine', {}, 'nameserver 10.0.0.1\nnameserver ::1\nsearch a.example b.example\noptions ndots:1 rotate\n'],
  [
    'both',
    {
      dnsPolicy: 'ClusterFirst',
      dnsConfig: { nameservers: ['::1', '9.9.9.9'], searches: ['c.example'], options: [{ name: 'ndots', value: '5' }, { name: 'edns0' }] },
    },
    'nameserver 10.0.0.1\nnameserver ::1\nnameserver 9.9.9.9\nsearch a.example b.example c.example\noptions ndots:5 rotate edns0\n',
  ],
  ['the Pod alone', { dnsPolicy: 'None', dnsConfig: { nameservers: ['9.9.9.9'] } }, 'nameserver 9.9.9.9\n'],
  ['nobody', { dnsPolicy: 'None' }, ''],
])('resolv.conf is that of %s', (_, spec, expected) => {
  expect(resolvConf(spec, machine)).toBe(expected);
});
