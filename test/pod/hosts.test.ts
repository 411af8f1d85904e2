import { describe, expect, test } from 'vitest';
import { hostsFile, podHostname } from '../../src/pod/hosts.ts';
import { makePod } from '../fixtures/pod.ts';

const managed = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`;

test("loopback names and the Pod's", () => {
  expect(hostsFile(makePod(), ['10.0.0.5', 'fd00::5'], [])).toBe(`${managed}10.0.0.5\tweb\nfd00::5\tweb\n`);
});

test('with a domain, aliases and other names', () => {
  const pod = makePod({
    spec: {
      hostname: 'h',
      subdomain: 'sub',
      hostAliases: [
        { ip: '1.2.3.4', hostnames: ['a', 'b.c'] },
        { ip: '1.2.3.5', hostnames: ['d'] },
      ],
    },
  });
  expect(hostsFile(pod, ['10.0.0.5'], [{ ip: '10.1.0.7', hostnames: ['db', 'db.default'] }])).toBe(
    `${managed}10.0.0.5\th.sub.default.svc.cluster.local\th\n` +
      '\n# Entries added by HostAliases.\n1.2.3.4\ta\tb.c\n1.2.3.5\td\n' +
      '\n# Services and other names.\n10.1.0.7\tdb\tdb.default\n',
  );
});

test("with hostNetwork the machine's own file leads", () => {
  const pod = makePod({ spec: { hostNetwork: true, hostAliases: [{ ip: '1.2.3.4', hostnames: ['a'] }] } });
  expect(hostsFile(pod, ['10.0.0.5'], [], '127.0.0.1 localhost\n10.9.9.9 gateway')).toBe(
    '# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n10.9.9.9 gateway\n' +
      '\n# Entries added by HostAliases.\n1.2.3.4\ta\n',
  );
});

describe('hostname', () => {
  const domain = 'sub.default.svc.cluster.local';
  test.each([
    [{}, { hostname: 'web', shortName: 'web' }],
    [{ hostname: 'h' }, { hostname: 'h', shortName: 'h' }],
    [{ subdomain: 'sub' }, { hostname: 'web', shortName: 'web', domain }],
    [
      { subdomain: 'sub', setHostnameAsFQDN: true },
      { hostname: `web.${domain}`, shortName: 'web', domain },
    ],
    [{ setHostnameAsFQDN: true }, { hostname: 'web', shortName: 'web' }],
    [
      { hostnameOverride: 'other.example', hostname: 'h', subdomain: 'sub' },
      { hostname: 'other.example', shortName: 'other.example' },
    ],
  ])('%j', (spec, expected) => {
    expect(podHostname(makePod({ spec }))).toEqual(expected);
  });

  test('a long name is cut to 63 characters that end well', () => {
    const name = `${'a'.repeat(61)}-.x`;
    expect(podHostname(makePod({ metadata: { name } })).hostname).toBe('a'.repeat(61));
  });
});
