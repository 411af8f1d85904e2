import { expect, test } from 'vitest';
import { candidateAddresses } from '../../src/network/address-range.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';

/** As a little-endian machine shows it. */
function table(...routes: readonly [destination: string, mask: string][]): string {
  return [head, ...routes.map(([destination, mask]) => `eth0\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0`), ''].join('\n');
}

function first(key: string, routes = table(), taken: readonly string[] = []): string | undefined {
  const [address] = candidateAddresses(key, routes, new Set(taken));
  return address;
}

test('the same name has the same address, another one another', () => {
  expect([first('default/web'), first('default/web'), first('default/db')]).toEqual(['198.19.64.60', '198.19.64.60', '198.19.7.52']);
});

test('all are tried, none twice, and none ends in 0 or 255', () => {
  const all = [...candidateAddresses('default/web', table(), new Set())];
  expect([all.length, new Set(all).size]).toEqual([256 * 254, 256 * 254]);
  expect(all.filter((address) => !/^198\.19\.\d{1,3}\.(?!0$|255$)\d{1,3}$/.test(address))).toEqual([]);
});

test('addresses in use are left out', () => {
  expect(first('default/web', table(), ['198.19.64.60'])).toBe('198.19.64.61');
});

test.each<[string, string, string | undefined]>([
  ['a default route', table(['00000000', '00000000']), '198.19.64.60'],
  ['a default route in two halves', table(['00000000', '00000080'], ['00000080', '00000080']), '198.19.64.60'],
  ['the route of its block', table(['004013C6', '00FFFFFF']), '198.19.65.1'],
  ['a route to all', table(['000012C6', '0000FEFF']), undefined],
  ['one of another network', table(['0000590A', '0000FFFF']), '198.19.64.60'],
])('with %s', (_, routes, expected) => {
  expect(first('default/web', routes)).toBe(expected);
});
