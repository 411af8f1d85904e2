import { describe, expect, test } from 'vitest';
import { hostNames, networkAliases } from '../../src/manifest/names.ts';
import type { NameSources } from '../../src/manifest/names.ts';
import type { Pod } from '../../src/pod/types.ts';
import { makeReadyPod, makeService } from '../fixtures/service.ts';

const web = ['web.default', 'web.default.svc', 'web.default.svc.cluster.local'];
const notReady = { conditions: [{ type: 'Ready', status: 'False' }] };
const headless = { clusterIP: 'None' };

function sources(pods: readonly Pod[], serviceIPs?: NameSources['serviceIPs']): NameSources {
  return { pods: () => pods, podIP: ({ status }) => status.podIP, ...(serviceIPs && { serviceIPs }) };
}

describe('hostNames', () => {
  const a = makeReadyPod('a', '10.0.0.1');
  const b = makeReadyPod('b', '10.0.0.2');

  test('a Service leads to its own address, whatever its Pods do', () => {
    expect(
      hostNames(
        [makeService()],
        'default',
        sources([], () => ['198.19.0.1']),
      ),
    ).toEqual([{ ip: '198.19.0.1', hostnames: ['web', ...web] }]);
  });

  test('one without an address of its own leads to its Pods; Pods have names too', () => {
    expect(hostNames([makeService()], 'default', sources([a, b]))).toEqual([
      { ip: '10.0.0.1', hostnames: ['web', ...web] },
      { ip: '10.0.0.2', hostnames: ['web', ...web] },
      { ip: '10.0.0.1', hostnames: ['a', 'a.default'] },
      { ip: '10.0.0.2', hostnames: ['b', 'b.default'] },
    ]);
  });

  test('from another namespace the short names are missing', () => {
    expect(hostNames([makeService()], 'other', sources([a]))).toEqual([
      { ip: '10.0.0.1', hostnames: web },
      { ip: '10.0.0.1', hostnames: ['a.default'] },
    ]);
  });

  test('Pods of one address share a line', () => {
    const twins = [makeReadyPod('a', '127.0.0.1'), makeReadyPod('b', '127.0.0.1')];
    expect(hostNames([makeService()], 'default', sources(twins))[0]).toEqual({ ip: '127.0.0.1', hostnames: ['web', ...web] });
  });

  test("a Pod of a Service's name leaves it the name", () => {
    const pod = makeReadyPod('web', '10.0.0.1');
    expect(
      hostNames(
        [makeService()],
        'default',
        sources([pod], () => ['198.19.0.1']),
      ),
    ).toEqual([{ ip: '198.19.0.1', hostnames: ['web', ...web] }]);
  });

  test('a hostname under its Service', () => {
    const pod = makeReadyPod('db-0', '10.0.0.1', { spec: { hostname: 'db-0', subdomain: 'web' } });
    expect(hostNames([makeService({ spec: headless })], 'default', sources([pod]))).toEqual([
      { ip: '10.0.0.1', hostnames: ['web', ...web] },
      { ip: '10.0.0.1', hostnames: ['db-0.web', ...web.map((name) => `db-0.${name}`)] },
      { ip: '10.0.0.1', hostnames: ['db-0', 'db-0.default'] },
    ]);
  });

  test.each<[string, Pod, Parameters<typeof makeService>[0], boolean]>([
    ['not ready', makeReadyPod('a', '10.0.0.1', { status: notReady }), {}, false],
    ['not ready but asked for', makeReadyPod('a', '10.0.0.1', { status: notReady }), { spec: { publishNotReadyAddresses: true } }, true],
    ['ending', makeReadyPod('a', '10.0.0.1', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }), {}, false],
    ['ended', makeReadyPod('a', '10.0.0.1', { status: { phase: 'Succeeded' } }), { spec: { publishNotReadyAddresses: true } }, false],
    ['of other labels', makeReadyPod('a', '10.0.0.1', { metadata: { labels: {} } }), {}, false],
    ['of another namespace', makeReadyPod('a', '10.0.0.1', { metadata: { namespace: 'other' } }), {}, false],
  ])('a Pod that is %s', (_, pod, changes, isNamed) => {
    const names = hostNames([makeService(changes)], 'default', sources([pod]));
    expect(names.filter(({ hostnames }) => hostnames.includes('web'))).toEqual(
      isNamed ? [{ ip: '10.0.0.1', hostnames: ['web', ...web] }] : [],
    );
  });

  test('a Pod that has ended has no name', () => {
    expect(hostNames([], 'default', sources([makeReadyPod('a', '10.0.0.1', { status: { phase: 'Failed' } })]))).toEqual([]);
  });
});

describe('networkAliases', () => {
  const pod = makeReadyPod('a', '', { spec: { hostname: 'h', subdomain: 'web' } });
  const under = ['h.web', ...web.map((name) => `h.${name}`)];

  test.each<[string, Parameters<typeof makeService>[0], string[]]>([
    ['a Service of other ports', {}, ['a', 'a.default', ...under]],
    ['a Service of the same ports', { spec: { ports: [{ port: 80 }] } }, ['a', 'a.default', 'web', ...web, ...under]],
    ['a headless Service', { spec: headless }, ['a', 'a.default', 'web', ...web, ...under]],
    ['a Service of other Pods', { spec: { selector: { app: 'x' } } }, ['a', 'a.default']],
    ['a Service of its name', { metadata: { name: 'a' }, spec: { selector: { app: 'x' } } }, []],
    ['a Service of another namespace', { metadata: { name: 'a', namespace: 'other' } }, ['a', 'a.default']],
  ])('with %s', (_, changes, expected) => {
    expect(networkAliases(pod, [makeService(changes)])).toEqual(expected);
  });
});
