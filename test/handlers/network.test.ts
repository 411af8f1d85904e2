import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { HandlerTarget, ProbeOutcome } from '../../src/engine/handler-runner.ts';
import { createHandlerRunner } from '../../src/handlers/handler-runner.ts';
import type { Api, Probe } from '../../src/pod/types.ts';
import { machineClock, VirtualClock } from '../fixtures/clocks.ts';
import { makeContainer, makePod } from '../fixtures/pod.ts';
import { selfSigned } from '../fixtures/self-signed.ts';

const target: HandlerTarget = {
  pod: makePod(),
  container: makeContainer(),
  podIP: '127.0.0.1',
  exec: () => Promise.reject(new Error('no exec here')),
};
const timing = { timeoutSeconds: 5, periodSeconds: 1, successThreshold: 1, failureThreshold: 1 };
const runner = createHandlerRunner(machineClock);

const servers: TcpServer[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: TcpServer): Promise<number> {
  servers.push(server);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const serve = (handler: RequestListener) => listen(createServer(handler));
const serveRaw = (handler: (socket: Socket) => void) => listen(createTcpServer(handler));
const serveTls = (handler: RequestListener) => listen(createTlsServer(selfSigned(), handler));

async function unusedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function httpProbe(port: number | string, changes: Partial<Api<'HTTPGetAction'>> = {}, timeoutSeconds = 5): Promise<ProbeOutcome> {
  return runner.probe(target, { ...timing, timeoutSeconds, httpGet: { path: '/', port, scheme: 'HTTP', ...changes } });
}

const answer =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
  };

describe('httpGet probe', () => {
  test.each<[number, ProbeOutcome]>([
    [200, { result: 'success', output: 'body' }],
    [299, { result: 'success', output: 'body' }],
    [300, { result: 'warning', output: 'Probe terminated redirects, Response body: body' }],
    [302, { result: 'warning', output: 'Probe terminated redirects, Response body: body' }],
    [399, { result: 'warning', output: 'Probe terminated redirects, Response body: body' }],
    [400, { result: 'failure', output: 'HTTP probe failed with statuscode: 400' }],
    [404, { result: 'failure', output: 'HTTP probe failed with statuscode: 404' }],
    [500, { result: 'failure', output: 'HTTP probe failed with statuscode: 500' }],
  ])('status %d', async (status, expected) => {
    expect(await httpProbe(await serve(answer(status, 'body')))).toEqual(expected);
  });

  test('the request on the wire', async () => {
    let received = '';
    const port = await serveRaw((socket) =>
      socket.on('data', (data) => {
        received += data.toString();
        if (received.endsWith('\r\n\r\n')) socket.end('HTTP/1.0 200 OK\r\n\r\nhi');
      }),
    );
    const httpHeaders = [
      { name: 'x-b', value: 'ü' },
      { name: 'X-A', value: '1' },
      { name: 'x-b', value: '2' },
    ];
    expect(await httpProbe(port, { path: '/p?q', httpHeaders })).toEqual({ result: 'success', output: 'hi' });
    expect(received.split('\r\n')).toEqual([
      'GET /p?q HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'User-Agent: kube-probe/1.36',
      'Accept: */*',
      'X-A: 1',
      'X-B: ü',
      'X-B: 2',
      'Connection: close',
      '',
      '',
    ]);
  });

  test('a connection for every probe', async () => {
    let connections = 0;
    const server = createServer(answer(200)).on('connection', () => connections++);
    const port = await listen(server);
    await Promise.all(Array.from({ length: 50 }, () => httpProbe(port)));
    expect(connections).toBe(50);
  });

  test('at most 10 KiB of the body are read', async () => {
    const port = await serve((_, response) => response.write('x'.repeat(100_000)));
    expect(await httpProbe(port)).toEqual({ result: 'success', output: 'x'.repeat(10 * 1024) });
  });

  test('a certificate that nobody vouches for', async () => {
    const port = await serveTls(answer(200, 'safe'));
    expect(await httpProbe(port, { scheme: 'HTTPS' })).toEqual({ result: 'success', output: 'safe' });
  });

  test('a named port and a host of its own', async () => {
    const port = await serve((request, response) => response.end(request.headers.host));
    const container = makeContainer({ ports: [{ name: 'web', containerPort: port }] });
    const httpGet = { path: '/', port: 'web', scheme: 'HTTP', host: 'localhost', httpHeaders: [{ name: 'Host', value: 'example.com' }] };
    expect(await runner.probe({ ...target, container, podIP: '192.0.2.1' }, { ...timing, httpGet })).toEqual({
      result: 'success',
      output: 'example.com',
    });
  });
});

describe('httpGet probe that gets no answer', () => {
  test('nobody listens', async () => {
    const port = await unusedPort();
    expect(await httpProbe(port, { path: '/healthz' })).toEqual({
      result: 'failure',
      output: `Get "http://127.0.0.1:${port}/healthz": dial tcp 127.0.0.1:${port}: connect: connection refused`,
    });
  });

  test('no such host', async () => {
    const { result, output } = await httpProbe(80, { host: 'no-such-host.invalid' });
    expect(result).toBe('failure');
    expect(output).toMatch(/^Get "http:\/\/no-such-host\.invalid:80\/": dial tcp: lookup no-such-host\.invalid: /);
  });

  test('closed without a word', async () => {
    const port = await serveRaw((socket) => socket.on('data', () => socket.end()));
    expect(await httpProbe(port)).toEqual({ result: 'failure', output: `Get "http://127.0.0.1:${port}/": EOF` });
  });

  test('reset', async () => {
    const port = await serveRaw((socket) => socket.on('data', () => socket.resetAndDestroy()));
    const { result, output } = await httpProbe(port);
    expect(result).toBe('failure');
    expect(output).toContain('read: connection reset by peer');
  });

  test('another protocol', async () => {
    const port = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await httpProbe(port)).toEqual({
      result: 'failure',
      output: `Get "http://127.0.0.1:${port}/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-OpenSSH_9.6"`,
    });
  });

  test('https to a server without TLS', async () => {
    const port = await serve(answer(200));
    expect(await httpProbe(port, { scheme: 'HTTPS' })).toEqual({
      result: 'failure',
      output: `Get "https://127.0.0.1:${port}/": http: server gave HTTP response to HTTPS client`,
    });
  });

  test('a TLS handshake that fails', async () => {
    const port = await listen(
      createTlsServer({
        ...selfSigned(),
        requestCert: true,
        rejectUnauthorized: true,
        ciphers: 'ECDHE-RSA-AES128-SHA',
        maxVersion: 'TLSv1.2',
      }),
    );
    const { result, output } = await httpProbe(port, { scheme: 'HTTPS' });
    expect(result).toBe('failure');
    expect(output).toMatch(/^Get "https:\/\/127\.0\.0\.1:\d+\/": tls: \S/);
  });

  test('a timeout before the answer, by the clock that was given', async () => {
    const clock = new VirtualClock();
    const port = await serve(() => clock.advance(1000));
    const httpGet = { path: '/', port, scheme: 'HTTP' };
    expect(await createHandlerRunner(clock).probe(target, { ...timing, timeoutSeconds: 1, httpGet })).toEqual({
      result: 'failure',
      output: `Get "http://127.0.0.1:${port}/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    });
    expect(clock.pending).toBe(0);
  });

  test('a timeout within the body, three attempts in all', async () => {
    let requests = 0;
    const port = await serve((_, response) => {
      requests++;
      response.write('begins');
    });
    expect(await httpProbe(port, {}, 0.1)).toEqual({
      result: 'unknown',
      output: 'context deadline exceeded (Client.Timeout or context cancellation while reading body)',
    });
    expect(requests).toBe(3);
  });

  test('a body that breaks off', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('begins', () => response.destroy());
    });
    expect(await httpProbe(port)).toEqual({ result: 'unknown', output: 'unexpected EOF' });
  });

  test('a port that is none', async () => {
    expect(await httpProbe('nope')).toEqual({ result: 'unknown', output: 'strconv.Atoi: parsing "nope": invalid syntax' });
  });
});

describe('redirects of an httpGet probe', () => {
  const redirect = (location: string, status = 302) => answer(status, `to ${location}`, { Location: location });

  test.each([301, 302, 303, 307, 308])('%d to the same host is followed', async (status) => {
    const port = await serve((request, response) =>
      request.url === '/' ? redirect('/next?x', status)(request, response) : response.end(`${request.method} ${request.url}`),
    );
    expect(await httpProbe(port)).toEqual({ result: 'success', output: 'GET /next?x' });
  });

  test('to another port of the same host', async () => {
    const other = await serve(answer(503));
    const port = await serve(redirect(`http://127.0.0.1:${other}/`));
    expect(await httpProbe(port)).toEqual({ result: 'failure', output: 'HTTP probe failed with statuscode: 503' });
  });

  test('to https on the same host', async () => {
    const other = await serveTls(answer(200, 'safe'));
    const port = await serve(redirect(`https://127.0.0.1:${other}/`));
    expect(await httpProbe(port)).toEqual({ result: 'success', output: 'safe' });
  });

  test('to another host name is a warning', async () => {
    const port = await serve(redirect('http://localhost/'));
    expect(await httpProbe(port)).toEqual({
      result: 'warning',
      output: 'Probe terminated redirects, Response body: to http://localhost/',
    });
  });

  test('without Location is a warning', async () => {
    expect(await httpProbe(await serve(answer(302)))).toMatchObject({ result: 'warning' });
  });

  test('end after ten requests', async () => {
    let requests = 0;
    const port = await serve((request, response) => redirect(`/${++requests}`)(request, response));
    expect(await httpProbe(port)).toEqual({ result: 'failure', output: 'Get "/10": stopped after 10 redirects' });
    expect(requests).toBe(10);
  });

  test('to what is no URL, or another scheme', async () => {
    const broken = await serve(redirect('http://[::1'));
    expect(await httpProbe(broken)).toEqual({
      result: 'failure',
      output: `Get "http://127.0.0.1:${broken}/": failed to parse Location header "http://[::1"`,
    });
    const ftp = await serve(redirect('ftp://127.0.0.1/'));
    expect(await httpProbe(ftp)).toEqual({ result: 'failure', output: 'Get "ftp://127.0.0.1/": unsupported protocol scheme "ftp"' });
  });

  test('headers stay, the Host only while none is named', async () => {
    const port = await serve((request, response) => {
      const { host, authorization, referer } = request.headers;
      if (request.url === '/') redirect('/relative')(request, response);
      else if (request.url === '/relative' && host === 'example.com') redirect(`http://127.0.0.1:${port}/absolute`)(request, response);
      else response.end(JSON.stringify([request.url, host, authorization, referer]));
    });
    const httpHeaders = [
      { name: 'Host', value: 'example.com' },
      { name: 'Authorization', value: 'secret' },
    ];
    const { output } = await httpProbe(port, { httpHeaders });
    expect(JSON.parse(output)).toEqual(['/absolute', `127.0.0.1:${port}`, 'secret', `http://127.0.0.1:${port}/relative`]);
  });
});

describe('tcpSocket probe', () => {
  const tcpProbe = (port: number | string, host?: string): Promise<ProbeOutcome> =>
    runner.probe(target, { ...timing, tcpSocket: { port, ...(host && { host }) } });

  test('somebody listens', async () => {
    expect(await tcpProbe(await serveRaw(() => undefined))).toEqual({ result: 'success', output: '' });
  });

  test('nobody listens', async () => {
    const port = await unusedPort();
    expect(await tcpProbe(port)).toEqual({ result: 'failure', output: `dial tcp 127.0.0.1:${port}: connect: connection refused` });
    expect(await tcpProbe(port, '::1')).toMatchObject({
      result: 'failure',
      output: expect.stringMatching(/^dial tcp \[::1\]:\d+: connect: /) as string,
    });
  });

  test('no such port', async () => {
    expect(await tcpProbe('nope')).toEqual({ result: 'unknown', output: 'strconv.Atoi: parsing "nope": invalid syntax' });
  });

  test('a timeout', async () => {
    const clock = new VirtualClock();
    const outcome = createHandlerRunner(clock).probe({ ...target, podIP: '192.0.2.1' }, { ...timing, tcpSocket: { port: 81 } });
    clock.advance(5000);
    expect(await outcome).toEqual({ result: 'failure', output: 'dial tcp 192.0.2.1:81: i/o timeout' });
  });
});

describe('httpGet hook', () => {
  const httpHook = (port: number | string, changes: Partial<Api<'HTTPGetAction'>> = {}, timeoutMs?: number) =>
    runner.hook(target, { httpGet: { path: '/done', port, scheme: 'HTTP', ...changes } }, timeoutMs);

  test.each([200, 302, 404, 500])('an answer with status %d is a success', async (status) => {
    expect(await httpHook(await serve(answer(status)))).toEqual({ ok: true, message: '' });
  });

  test('says who asks', async () => {
    const agents: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      agents.push(request.headers['user-agent']);
      response.end();
    });
    await httpHook(port);
    expect(agents).toEqual(['kube-lifecycle/1.36']);
  });

  test('no answer', async () => {
    const port = await unusedPort();
    expect(await httpHook(port)).toEqual({
      ok: false,
      message:
        'HTTP lifecycle hook (/done) for Container "app" in Pod "web_default(uid-1)" failed - error: ' +
        `Get "http://127.0.0.1:${port}/done": dial tcp 127.0.0.1:${port}: connect: connection refused`,
    });
    expect(await httpHook('nope')).toMatchObject({ ok: false, message: expect.stringContaining('strconv.Atoi') as string });
  });

  test('given up after its time', async () => {
    const port = await serve(() => undefined);
    expect(await httpHook(port, {}, 50)).toMatchObject({
      ok: false,
      message: expect.stringContaining('context deadline exceeded') as string,
    });
  });

  test('https answered without TLS is asked again over http, without Authorization', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const port = await serve((request, response) => {
      seen.push(request.headers);
      response.end();
    });
    const httpHeaders = [
      { name: 'Authorization', value: 'secret' },
      { name: 'X-A', value: '1' },
    ];
    expect(await httpHook(port, { scheme: 'HTTPS', httpHeaders })).toEqual({ ok: true, message: '', httpFallback: true });
    expect(seen.map((headers) => [headers.authorization, headers['x-a']])).toEqual([[undefined, '1']]);
  });

  test('the error of https stays when http fails too', async () => {
    let connections = 0;
    const port = await serveRaw((socket) =>
      ++connections === 1 ? socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')) : socket.destroy(),
    );
    expect(await httpHook(port, { scheme: 'HTTPS' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('server gave HTTP response to HTTPS client') as string,
    });
    expect(connections).toBe(2);
  });
});

test('a probe without a handler', async () => {
  expect(await runner.probe(target, timing as Probe)).toEqual({ result: 'unknown', output: 'missing probe handler for web:app' });
});
