import { describe, expect, test } from 'vitest';
import { formatMapping, parsePublish, planPublish } from '../../src/network/publish.ts';
import type { Pod } from '../../src/pod/types.ts';
import { makeContainer, makePod } from '../fixtures/pod.ts';

describe('parsePublish', () => {
  const plain = { pod: undefined, protocol: 'TCP', hostIP: '127.0.0.1', hostPort: 8080, containerPort: 80 };
  test.each<[string, object]>([
    ['8080:80', plain],
    ['8080:80/tcp', plain],
    ['8080:80/UDP', { ...plain, protocol: 'UDP' }],
    ['0.0.0.0:8080:80', { ...plain, hostIP: '0.0.0.0' }],
    ['[::1]:8080:80', { ...plain, hostIP: '::1' }],
    ['web:8080:80', { ...plain, pod: 'web' }],
    ['web-0.x:8080:80', { ...plain, pod: 'web-0.x' }],
    ['web:0.0.0.0:8080:80/sctp', { ...plain, pod: 'web', hostIP: '0.0.0.0', protocol: 'SCTP' }],
    ['web:[::]:8080:80', { ...plain, pod: 'web', hostIP: '::' }],
  ])('%s', (text, expected) => {
    expect(parsePublish(text)).toEqual(expected);
  });

  const form = 'Expected [POD:][ADDRESS:]HOSTPORT:PORT[/udp], for example 8080:80, found';
  test.each<[string, string]>([
    ['', `${form} ""`],
    ['80', `${form} "80"; did you mean 80:80?`],
    ['a:b:c:1:2', `${form} "a:b:c:1:2"`],
    ['0:80', 'Expected a port from 1 to 65535, found "0" in "0:80"'],
    ['80:70000', 'Expected a port from 1 to 65535, found "70000" in "80:70000"'],
    ['web:80', 'Expected a port from 1 to 65535, found "web" in "web:80"'],
    ['8080:', 'Expected a port from 1 to 65535, found "" in "8080:"'],
    ['80:80/icmp', 'Expected /tcp, /udp or /sctp behind the ports, found "/icmp" in "80:80/icmp"'],
    ['web:nowhere:80:80', 'Expected an address or the name of a Pod ahead of the ports, found "web:nowhere:80:80"'],
    ['Web:80:80', 'Expected an address or the name of a Pod ahead of the ports, found "Web:80:80"'],
    [':80:80', 'Expected an address or the name of a Pod ahead of the ports, found ":80:80"'],
  ])('not %j', (text, message) => {
    expect(() => parsePublish(text)).toThrow(new Error(message));
  });
});

describe('planPublish', () => {
  const named = (name: string, ports: { containerPort: number; hostPort?: number }[] = [], spec: Partial<Pod['spec']> = {}): Pod =>
    makePod({
      metadata: { name, uid: name },
      spec: { containers: [makeContainer({ ports: ports.map((port) => ({ protocol: 'TCP', ...port })) })], ...spec },
    });
  const mapping = { protocol: 'TCP', hostIP: '127.0.0.1', hostPort: 8080, containerPort: 80 };

  test.each<[string, string[], Pod[], object]>([
    ['the only Pod', ['8080:80'], [named('a')], { a: [mapping] }],
    ['the Pod that is named', ['b:8080:80'], [named('a'), named('b')], { b: [mapping] }],
    ['the Pod that has the port', ['8080:80'], [named('a'), named('b', [{ containerPort: 80 }])], { b: [mapping] }],
    ['two of one Pod', ['8080:80', '8081:80'], [named('a')], { a: [mapping, { ...mapping, hostPort: 8081 }] }],
    ['one port over two protocols', ['8080:80', '8080:80/udp'], [named('a')], { a: [mapping, { ...mapping, protocol: 'UDP' }] }],
  ])('%s', (_, requests, pods, expected) => {
    const { mappings, problems } = planPublish(requests.map(parsePublish), pods);
    expect([Object.fromEntries(mappings), problems]).toEqual([expected, []]);
  });

  test.each<[string, string[], Pod[], string]>([
    ['no such Pod', ['c:8080:80'], [named('a'), named('b')], '--publish 127.0.0.1:8080:80: there is no Pod "c"; the Pods are a, b'],
    [
      'any of two Pods',
      ['8080:80'],
      [named('a'), named('b')],
      '--publish 127.0.0.1:8080:80: expected the name of a Pod ahead of it, for example a:127.0.0.1:8080:80; the Pods are a, b',
    ],
    [
      'a Pod on the host network',
      ['8080:80'],
      [named('a', [], { hostNetwork: true })],
      "--publish 127.0.0.1:8080:80: Pod a has the machine's own network (hostNetwork): its ports are the machine's already",
    ],
    [
      'one port twice',
      ['a:8080:80', 'b:8080:80'],
      [named('a'), named('b')],
      'port 8080/TCP of this machine is asked for twice: by Pods a (127.0.0.1:8080:80) and b (127.0.0.1:8080:80)',
    ],
    [
      'a port that is a hostPort',
      ['a:8080:80'],
      [named('a'), named('b', [{ containerPort: 80, hostPort: 8080 }])],
      'port 8080/TCP of this machine is asked for twice: by Pods a (127.0.0.1:8080:80) and b (8080:80)',
    ],
  ])('%s', (_, requests, pods, problem) => {
    expect(planPublish(requests.map(parsePublish), pods).problems).toEqual([problem]);
  });

  test('written as it is read', () => {
    expect(['8080:80', '[::1]:53:53/udp'].map((text) => formatMapping(parsePublish(text)))).toEqual([
      '127.0.0.1:8080:80',
      '[::1]:53:53/udp',
    ]);
  });
});
