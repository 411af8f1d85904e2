import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containerPort } from '../../src/handlers/container-port.ts';
import { httpRequest, requestUrl } from '../../src/handlers/http-request.ts';
import { urlPath } from '../../src/handlers/url-path.ts';
import type { Api } from '../../src/pod/types.ts';
import { makeContainer } from '../fixtures/pod.ts';

const container = makeContainer({
  ports: [
    { name: 'http', containerPort: 8080 },
    { name: '81', containerPort: 9090 },
    { name: 'sidecar', containerPort: 70_000 },
  ],
});

const request = (changes: Partial<Api<'HTTPGetAction'>> = {}) =>
  httpRequest({ path: '/', port: 80, scheme: 'HTTP', ...changes }, container, '10.0.0.5', 'agent/1');
const headers = (...httpHeaders: [string, string][]) => request({ httpHeaders: httpHeaders.map(([name, value]) => ({ name, value })) });

describe('ports', () => {
  test.each([
    [8081, 8081],
    ['http', 8080],
    ['82', 82],
    ['81', 9090],
  ])('%j is %d', (port, expected) => {
    expect(containerPort(port, container)).toBe(expected);
  });

  test.each([
    ['nope', 'strconv.Atoi: parsing "nope": invalid syntax'],
    [0, 'invalid port number: 0'],
    ['65536', 'invalid port number: 65536'],
    ['-1', 'invalid port number: -1'],
    ['sidecar', 'invalid port number: 70000'],
  ])('%j is none', (port, message) => {
    expect(() => containerPort(port, container)).toThrow(message);
  });
});

describe('paths', () => {
  test.each([
    ['/', '/'],
    ['', '/'],
    ['healthz', '/healthz'],
    ['/a/../b//c/', '/a/../b//c/'],
    ['/a?b=c&d', '/a?b=c&d'],
    ['?b', '/?b'],
    ['/a?b=c d?e', '/a?b=c%20d?e'],
    ['/a#b', '/a'],
    ['/a b/ü', '/a%20b/%C3%BC'],
    ['/a%20b', '/a%20b'],
    ['/100%?x', '/100%25%3Fx'],
    ['/a"<>^`{|}\\', '/a%22%3C%3E%5E%60%7B%7C%7D%5C'],
    ["/!$&'()*+,;=:@[]~", "/!$&'()*+,;=:@[]~"],
    ['http://other:99/x?y', '/x?y'],
    ['//other/x', '/x'],
    ['https://other', '/'],
  ])('%j requests %j', (path, expected) => {
    expect(urlPath(path)).toBe(expected);
  });

  test('whatever the path, what is requested may stand in a request line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        expect(urlPath(path)).toMatch(/^\/[\x21-\x7e]*$/);
      }),
    );
  });
});

describe('requests', () => {
  test.each([
    [{}, 'http://10.0.0.5:80/'],
    [{ scheme: 'HTTPS', host: 'example.com', port: 'http', path: 'x' }, 'https://example.com:8080/x'],
    [{ host: 'fd00::1' }, 'http://[fd00::1]:80/'],
  ])('%j goes to %s', (changes, url) => {
    expect(requestUrl(request(changes))).toBe(url);
  });

  test('default headers', () => {
    expect(request().headers).toEqual([
      ['User-Agent', 'agent/1'],
      ['Accept', '*/*'],
    ]);
  });

  test('own headers in the order of their names, repeated ones in their own, after the user agent', () => {
    expect(
      headers(['x-b', '2'], ['X-A', ' 1 '], ['X-B', '1'], ['accept', 'text/html'], ['odd name', 'x'], ['user-agent', 'me']).headers,
    ).toEqual([
      ['User-Agent', 'me'],
      ['Accept', 'text/html'],
      ['X-A', '1'],
      ['X-B', '2'],
      ['X-B', '1'],
      ['odd name', 'x'],
    ]);
  });

  test('empty Accept and User-Agent are not sent', () => {
    expect(headers(['Accept', ''], ['User-Agent', '']).headers).toEqual([]);
  });

  test('Host sets the host; headers about the message are ignored', () => {
    const built = headers(['host', 'example.com'], ['Content-Length', '5'], ['Transfer-Encoding', 'chunked'], ['Trailer', 'X']);
    expect(built).toMatchObject({ hostHeader: 'example.com', host: '10.0.0.5' });
    expect(built.headers.map(([name]) => name)).toEqual(['User-Agent', 'Accept']);
  });
});
