import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { engineEnvironment, requireEngine, requireFile, testImage } from '../engines/engines.ts';
import type { EngineName } from '../engines/engines.ts';

// Pods that find each other by name and through Services, and who finds them from the machine, on every runtime.
const program = join(import.meta.dirname, '../../dist/cli/main.js');
const busybox = requireFile('/bin/busybox', 'Services on the process runtime', 'there is no /bin/busybox (package busybox-static)');
const engines: readonly EngineName[] = ['docker', 'podman', 'containerd'];
const runtimes: readonly (EngineName | 'process')[] = [
  ...(busybox ? (['process'] as const) : []),
  ...engines.filter((engine) => requireEngine(engine, `Services on ${engine}`)),
];

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'outrider-services-')));
const runs = new Set<Run>();
// Also those of a test that has failed: nothing of them may stay on the engines.
afterEach(() => Promise.all([...runs].map((run) => run.end())));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(runtimes)('on %s', (runtime) => {
  test('Pods find each other by name and through Services, the machine finds them through published ports', async () => {
    const [service, a, b, nodePort, published] = await freePorts(5);
    const manifest = [
      object('Service', 'web', { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: service, targetPort: 'http', nodePort }] }),
      object('Service', 'peers', { clusterIP: 'None', selector: { app: 'web' } }),
      server('a', a),
      server('b', b),
      client([
        ...Array.from({ length: 4 }, () => `echo service $(ask web:${service})`),
        `echo full $(ask web.default.svc.cluster.local:${service} | tr ab ss)`,
        `echo variables $(ask $WEB_SERVICE_HOST:$WEB_SERVICE_PORT | tr ab ss)`,
        `echo pod $(ask server-b:${b})`,
        `echo hostname $(ask a.peers:${a})`,
        `echo headless $(grep -c peers.default.svc.cluster.local /etc/hosts)`,
      ]),
    ];
    const run = new Run(runtime, manifest, ['--publish', `server-a:${published}:${a}`]);
    await run.line('| done');
    expect(run.output('client/ask').sort()).toEqual(
      [
        'done',
        'full s',
        // On one network all Pods have one address: one line for both, and one for each of their own names.
        `headless ${runtime === 'process' ? 3 : 4}`,
        'hostname a',
        'pod b',
        ...['a', 'a', 'b', 'b'].map((name) => `service ${name}`),
        'variables s',
      ].sort(),
    );
    expect(await ask(nodePort)).toMatch(/^[ab]\n$/);
    expect(await ask(published)).toBe('a\n');
    await run.end();
    expect([existsSync(join(run.state, 'network')), serviceAddresses(run.state)]).toEqual([false, '']);
  });

  test('a Service refuses while none of its Pods is ready, and its name is known before', async () => {
    const [service, target] = await freePorts(2);
    // The client has tried once before the server says that it is ready.
    const shared = { name: 'shared', hostPath: { path: mkdtempSync(join(folder, 'shared-')) } };
    const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
    const readinessProbe = { exec: { command: ['sh', '-c', 'test -e /shared/tried'] }, periodSeconds: 1 };
    const first = `echo first: $(busybox wget -O - http://web:${service}/ 2>&1 | grep -o refused); touch /shared/tried`;
    const run = new Run(runtime, [
      object('Service', 'web', { selector: { app: 'web' }, ports: [{ port: service, targetPort: target }] }),
      server('a', target, { readinessProbe, volumeMounts }, { volumes: [shared] }),
      client([`ask web:${service}`], { first, volumeMounts, volumes: [shared] }),
    ]);
    await run.line('| done');
    const firstTry = run.output('client/wait').filter((line) => line.startsWith('first'));
    expect([firstTry, run.output('client/ask')]).toEqual([['first: refused'], ['a', 'done']]);
    await run.end();
  });
});

/** Much longer than it takes: a sandbox that could not be made is tried again after ten seconds. */
const limitMs = 60_000;

/** One `outrider run` of these objects. */
class Run {
  readonly state = mkdtempSync(join(folder, 'state-'));
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #ended: Promise<unknown>;

  constructor(runtime: EngineName | 'process', objects: readonly object[], args: readonly string[] = []) {
    const file = join(this.state, 'objects.json');
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    const env = { ...process.env, ...(runtime === 'process' ? {} : engineEnvironment(runtime)) };
    const words = [program, 'run', file, '--runtime', runtime, '--state-dir', this.state, ...args];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], env });
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => this.#take(line));
    this.#ended = once(child, 'close').then(() => this.#wake());
    this.#child = child;
    runs.add(this);
  }

  /** Resolves when a line with this text was printed. */
  async line(text: string): Promise<void> {
    const deadline = performance.now() + limitMs;
    const timer = setTimeout(() => this.#wake(), limitMs + 1);
    while (!this.#lines.some((line) => line.includes(text))) {
      if (performance.now() >= deadline || this.#child.exitCode !== null) {
        throw new Error(`outrider run has not printed ${JSON.stringify(text)}, but:\n${this.#lines.join('\n')}`);
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    clearTimeout(timer);
  }

  /** What a container printed. */
  output(container: string): string[] {
    return this.#lines.flatMap((line) => new RegExp(`${container} +\\| (.*)$`).exec(line)?.[1] ?? []);
  }

  /** Interrupted twice: everything is killed and removed. */
  async end(): Promise<void> {
    this.#child.kill('SIGINT');
    this.#child.kill('SIGTERM');
    await this.#ended;
    runs.delete(this);
  }

  #take(line: string): void {
    this.#lines.push(line);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

interface ManifestObject {
  readonly spec: Record<string, unknown>;
}

function object(kind: string, name: string, spec: Record<string, unknown>, labels = {}): ManifestObject {
  return { kind, apiVersion: 'v1', metadata: { name, labels }, spec } as ManifestObject;
}

/** The Pod server-NAME, which says its name over HTTP. */
function server(name: string, port: number, changes = {}, spec = {}): ManifestObject {
  const script = `mkdir /tmp/www; echo ${name} > /tmp/www/index.html; trap 'exit 0' TERM; busybox httpd -f -p ${port} -h /tmp/www & wait`;
  const ports = [{ name: 'http', containerPort: port }];
  const container = { name: 'web', image: testImage, command: ['sh', '-c', script], ports, ...changes };
  return object('Pod', `server-${name}`, { hostname: name, subdomain: 'peers', containers: [container], ...spec }, { app: 'web' });
}

/** The Pod client, which waits for the Service and then runs the lines; `ask HOST:PORT` gets a page. */
function client(
  lines: readonly string[],
  { first = 'true', volumeMounts = [] as object[], volumes = [] as object[] } = {},
): ManifestObject {
  const [service = ''] = /web:\d+/.exec(lines.join('\n')) ?? [];
  const names = /server-b:\d+|a\.peers:\d+/g;
  const all = [service, ...(lines.join('\n').match(names) ?? [])];
  const wait = [first, ...all.map((place) => `until busybox wget -q -O - http://${place}/; do sleep 0.1; done`)].join('\n');
  const script = ['ask() { busybox wget -q -O - http://$1/; }', ...lines, 'echo done'].join('\n');
  return object('Pod', 'client', {
    restartPolicy: 'Never',
    volumes,
    initContainers: [{ name: 'wait', image: testImage, command: ['sh', '-c', wait], volumeMounts }],
    containers: [{ name: 'ask', image: testImage, command: ['sh', '-c', script] }],
  });
}

async function ask(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/`)).text();
}

/** Addresses that this machine has for Services of the state folder. */
function serviceAddresses(state: string): string {
  const label = `lo:${createHash('sha256').update(state).digest('hex').slice(0, 12)}`;
  return process.platform === 'linux'
    ? execFileSync('ip', ['-o', '-4', 'address', 'show', 'dev', 'lo', 'label', label], { encoding: 'utf8' })
    : '';
}

async function freePorts(count: number): Promise<[number, number, number, number, number]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '0.0.0.0'));
  await Promise.all(servers.map((one) => once(one, 'listening')));
  const ports = servers.map((one) => (one.address() as AddressInfo).port);
  await Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve))));
  return ports as [number, number, number, number, number];
}
