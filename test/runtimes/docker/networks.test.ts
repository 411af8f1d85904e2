import { expect, test } from 'vitest';
import { ApiError, type HttpApi } from '../../../src/runtimes/docker/http-api.ts';
import { Networks } from '../../../src/runtimes/docker/networks.ts';

/** An engine that refuses to make a network in these ways before it does. */
function networksOf(refusals: ApiError[]): { readonly networks: Networks; readonly calls: string[] } {
  const calls: string[] = [];
  const call = (method: string, path: string): Promise<unknown> => {
    calls.push(`${method} ${path}`);
    if (method === 'GET') return Promise.resolve({ IPAM: { Config: [{ Gateway: '10.0.0.1' }] } });
    const refusal = refusals.shift();
    return refusal === undefined ? Promise.resolve({}) : Promise.reject(refusal);
  };
  return { networks: new Networks({ call } as unknown as HttpApi), calls };
}

const create = 'POST /networks/create';
const look = 'GET /networks/pods';

test.each<[string, ApiError[], string[]]>([
  ['at once', [], [create, look]],
  ['that another program has made', [new ApiError('network pods already exists', 500)], [create, look]],
  [
    'while an interface of the machine goes, which Podman cannot bear',
    [new ApiError('route ip+net: no such network interface', 500), new ApiError('route ip+net: no such network interface', 500)],
    [create, create, create, look],
  ],
])('a network is made: %s', async (_, refusals, expected) => {
  const { networks, calls } = networksOf(refusals);
  expect([await networks.ensure('pods', {}), calls]).toEqual(['10.0.0.1', expected]);
});

test('a network that cannot be made is asked for again by the next sandbox', async () => {
  const { networks, calls } = networksOf([new ApiError('no free subnet', 500)]);
  await expect(networks.ensure('pods', {})).rejects.toThrow('no free subnet');
  expect(await networks.ensure('pods', {})).toBe('10.0.0.1');
  expect(calls).toEqual([create, create, look]);
});
