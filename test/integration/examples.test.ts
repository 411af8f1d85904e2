import { spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isPod } from '../../src/trace/run-model.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';
import { identities, type Identity } from './process/scenario.ts';

const root = join(import.meta.dirname, '../..');

/** Program and examples where every user can read them, and the state folders. */
const folder = mkdtempSync(join(tmpdir(), 'outrider-examples-'));
chmodSync(folder, 0o755);
for (const name of ['dist', 'examples']) cpSync(join(root, name), join(folder, name), { recursive: true });

interface Promises {
  readonly args?: readonly string[];
  /** Every start, in order, by Pod. */
  readonly started: Readonly<Record<string, readonly string[]>>;
  /** Containers in the order in which they end, by Pod; those that end at no certain time are left out. */
  readonly ended: Readonly<Record<string, readonly string[]>>;
  /** Lines of containers, in that order, others between them. */
  readonly says: Readonly<Record<string, readonly (string | RegExp)[]>>;
}

const examples: Readonly<Record<string, Promises>> = {
  'wait-for-service': {
    started: { redis: ['redis'], web: ['wait-for-redis', 'app'] },
    ended: { redis: ['redis'], web: ['wait-for-redis', 'app'] },
    says: {
      'web/wait-for-redis': ['Name: redis-service  Address: 127.0.0.1', 'Waiting for redis-service...', /^Name/],
      'web/app': ['PING -> +PONG'],
      'redis/redis': ['Ready to accept connections', /bye bye/],
    },
  },
  migrations: {
    started: { postgres: ['postgres'], 'web-app': ['wait-for-db', 'run-migrations', 'app'] },
    ended: { postgres: ['postgres'], 'web-app': ['wait-for-db', 'run-migrations', 'app'] },
    says: {
      'web-app/wait-for-db': ['Waiting for database...'],
      'web-app/run-migrations': ['migrate on database app', 'CREATE TABLE users -> CREATE TABLE', 'CREATE TABLE orders -> CREATE TABLE'],
      'web-app/app': ['serve on database app', 'INSERT INTO orders -> INSERT 0 1', 'SELECT count(*) FROM orders -> 3'],
    },
  },
  'fix-permissions': {
    started: { 'fix-permissions': ['restore-backup', 'fix-permissions', 'app'] },
    ended: { 'fix-permissions': ['restore-backup', 'fix-permissions', 'app'] },
    says: {
      'fix-permissions/restore-backup': [/^-rw------- .* 0 0 .* table$/],
      'fix-permissions/app': ['1000', 'a row', 'another row'],
    },
  },
  'download-artifact': {
    started: { inference: ['download-model', 'download-model', 'verify-model', 'app'], storage: ['storage'] },
    ended: { inference: ['download-model', 'verify-model', 'app'], storage: ['storage'] },
    says: {
      'inference/download-model': ['curl: (22) The requested URL returned error: 404'],
      'inference/verify-model': ['model.bin: OK'],
      'inference/app': ['loaded a model of 1048576 bytes'],
      'storage/storage': ['GET /model.bin 404', 'GET /model.bin 200'],
    },
  },
  'git-clone': {
    started: { 'configured-by-git': ['git-clone', 'app'] },
    ended: { 'configured-by-git': ['git-clone', 'app'] },
    says: {
      'configured-by-git/git-clone': ["Cloning into '/config'..."],
      'configured-by-git/app': ['README.md', 'app.conf', 'greeting = hello from the repository', 'the configuration is read-only'],
    },
  },
  'config-sync': {
    started: { 'config-sync': ['git-sync', 'app'] },
    ended: { 'config-sync': ['app', 'git-sync'] },
    says: {
      'config-sync/git-sync': ['synced https://github.com/org/config at revision 1', /at revision 3$/, /^stopped at revision \d+$/],
      'config-sync/app': [/^configuration 1: .* revision \d+$/, /^configuration 2: .* revision \d+$/, /^configuration 3: .* revision \d+$/],
    },
  },
  'log-shipping': {
    started: { 'log-shipping': ['log-shipper', 'app'] },
    ended: { 'log-shipping': ['app', 'log-shipper'] },
    says: {
      'log-shipping/log-shipper': [
        'shipped: GET /orders/1 200',
        'shipped: GET /orders/5 200',
        'shipped: the last line',
        'stopped, 6 lines shipped',
      ],
    },
  },
  proxy: {
    started: { checkout: ['envoy-proxy', 'prepare-config', 'app'], orders: ['orders'] },
    ended: { checkout: ['prepare-config', 'app', 'envoy-proxy'], orders: ['orders'] },
    says: {
      'orders/orders': ['GET /limits via envoy', 'PUT /orders/1 via envoy', 'PUT /orders/4 via envoy', 'POST /quitquitquit via envoy'],
      'checkout/app': ['order 1: 200 accepted', 'order 4: 200 accepted', 'the last request went through the proxy as well'],
      'checkout/envoy-proxy': ['shutting down after 6 requests'],
    },
  },
  'database-proxy': {
    started: { billing: ['cloud-sql-proxy', 'app'], instance: ['postgres'] },
    ended: { billing: ['app', 'cloud-sql-proxy'], instance: ['postgres'] },
    says: {
      'billing/cloud-sql-proxy': ['listening on port 25435 for project:region:instance', 'the proxy has been stopped'],
      'billing/app': ['CREATE TABLE invoices -> CREATE TABLE', 'SELECT count(*) FROM invoices -> 2'],
      'instance/postgres': ['database system is shut down (a client asked for it)'],
    },
  },
  metrics: {
    started: { metrics: ['statsd-exporter', 'app', 'prometheus'] },
    ended: { metrics: ['statsd-exporter'] },
    says: {
      'metrics/app': ['20 requests served'],
      'metrics/prometheus': [/^http_requests_total \d+$/, 'http_requests_total 20'],
      'metrics/statsd-exporter': ['accepting StatsD traffic', 'stopped, http_requests_total 20'],
    },
  },
  'traditional-sidecar': {
    args: ['--for', '6s'],
    started: { 'app-with-logging': ['app', 'log-shipper'] },
    ended: { 'app-with-logging': ['log-shipper', 'app'] },
    says: {
      'app-with-logging/app': ['my-app 1.0.0 is serving', 'GET /orders/1 200', 'draining', /\(the last one\)$/],
      'app-with-logging/log-shipper': ['shipped: GET /orders/1 200', /^stopped, \d+ lines shipped$/],
    },
  },
  'native-sidecar': {
    args: ['--for', '8s'],
    started: { 'app-with-native-sidecar': ['envoy-proxy', 'prepare-config', 'app'] },
    ended: { 'app-with-native-sidecar': ['prepare-config', 'app', 'envoy-proxy'] },
    says: {
      'app-with-native-sidecar/app': ['my-app 1.0.0 is serving', 'draining', /\(the last one\)$/],
      'app-with-native-sidecar/envoy-proxy': ['shutting down after 0 requests'],
    },
  },
  demo: {
    started: { db: ['postgres'], shop: ['wait-for-db', 'migrate', 'envoy-proxy', 'log-shipper', 'shop'] },
    ended: { db: ['postgres'], shop: ['wait-for-db', 'migrate', 'shop', 'log-shipper', 'envoy-proxy'] },
    says: {
      'shop/wait-for-db': ['waiting for the database'],
      'shop/migrate': ['applied 0001_customers', 'applied 0002_products', 'applied 0003_orders'],
      'shop/shop': ['order 1 is paid (200)', 'order 10 is paid (200)', '10 orders in the database, closing the shop'],
      'shop/log-shipper': ['shipped: POST /orders/1 201', 'shipped: POST /orders/10 201', 'stopped, 10 lines shipped'],
      'shop/envoy-proxy': ['shutting down after 10 requests'],
    },
  },
};

describe.each(identities)('examples, run by $name', (identity) => {
  test.concurrent.for(Object.entries(examples))('%s', async ([name, { args = [], started, ended, says }]) => {
    const run = await runExample(identity, name, args);
    expect({ exitCode: run.exitCode, phases: new Set(run.phases.values()), stderr: run.stderr }).toEqual({
      exitCode: 0,
      phases: new Set(['Succeeded']),
      stderr: '',
    });
    expect(byPod(run.started)).toEqual(started);
    for (const [pod, order] of Object.entries(ended)) {
      const certain = run.ended.filter((container) => order.some((one) => container === `${pod}/${one}`));
      expect(certain).toEqual(order.map((container) => `${pod}/${container}`));
    }
    for (const [container, lines] of Object.entries(says)) {
      const output = run.output(container);
      expect(withoutFound(output, lines), `not in the output of ${container}, in that order:\n${output.join('\n')}`).toEqual([]);
    }
  });

  test.concurrent('the traditional sidecar misses what the app writes while it drains', async () => {
    const run = await runExample(identity, 'traditional-sidecar', ['--for', '4s']);
    const served = run.output('app-with-logging/app').filter((line) => line.startsWith('GET '));
    const shipped = run.output('app-with-logging/log-shipper').filter((line) => line.startsWith('shipped: '));
    expect(served.at(-1)).toMatch(/\(the last one\)$/);
    expect(shipped.length).toBeGreaterThan(0);
    expect(shipped).not.toContain(`shipped: ${served.at(-1) ?? ''}`);
  });
});

test('every example says in its first line what to look for, and is run here', () => {
  const files = readdirSync(join(root, 'examples')).filter((file) => file !== 'stand-ins.yaml');
  expect(files).toEqual(
    Object.keys(examples)
      .map((name) => `${name}.yaml`)
      .sort(),
  );
  for (const file of files) expect(readFileSync(join(root, 'examples', file), 'utf8'), file).toMatch(/^# Look for: \S.*\n/);
});

interface Run {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly phases: ReadonlyMap<string, string>;
  /** `pod/container`, every start. */
  readonly started: readonly string[];
  /** `pod/container`, in the order of their last ends. */
  readonly ended: readonly string[];
  /** What a container wrote, all its instances together. */
  output(container: string): string[];
}

const isRoot = process.getuid?.() === 0;
let count = 0;

async function runExample(identity: Identity, name: string, args: readonly string[]): Promise<Run> {
  const state = join(folder, `state-${count++}`);
  mkdirSync(state, { mode: 0o700 });
  if (isRoot) chownSync(state, identity.uid, identity.gid);
  const becomeUser = isRoot ? ['setpriv', `--reuid=${identity.uid}`, `--regid=${identity.gid}`, '--clear-groups', '--'] : [];
  const [program, example] = [join(folder, 'dist/cli/main.js'), join(folder, 'examples', `${name}.yaml`)];
  const words = [
    ...becomeUser,
    process.execPath,
    program,
    'run',
    example,
    '--runtime',
    'process',
    '-o',
    'json',
    '--state-dir',
    state,
    ...args,
  ];
  const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as WatchEvent);
  return { exitCode, stderr, ...story(events), output: (container) => readOutput(join(state, 'logs'), container) };
}

function story(events: readonly WatchEvent[]): Pick<Run, 'phases' | 'started' | 'ended'> {
  const phases = new Map<string, string>();
  const started: string[] = [];
  const ended = new Set<string>();
  for (const { object } of events) {
    if (!isPod(object)) {
      const [, container] = /\{(.*)\}/.exec(object.involvedObject.fieldPath ?? '') ?? [];
      if (object.reason === 'Started') started.push(`${object.involvedObject.name ?? ''}/${container ?? ''}`);
      continue;
    }
    const { metadata, status } = object;
    phases.set(metadata.name, status.phase);
    for (const { name, state } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
      const key = `${metadata.name}/${name}`;
      if (state?.terminated === undefined) ended.delete(key);
      else ended.add(key);
    }
  }
  return { phases, started, ended: [...ended] };
}

/** The lines of all log files, which are in the CRI's format. */
function readOutput(logs: string, container: string): string[] {
  const [pod = '', name = ''] = container.split('/');
  const [folder = ''] = readdirSync(logs).filter((entry) => entry.startsWith(`default_${pod}_`));
  const files = readdirSync(join(logs, folder, name)).sort();
  const lines = files.flatMap((file) =>
    readFileSync(join(logs, folder, name, file), 'utf8')
      .trimEnd()
      .split('\n'),
  );
  return lines.map((line) => line.split(' ').slice(3).join(' '));
}

function byPod(containers: readonly string[]): Record<string, string[]> {
  const pods: Record<string, string[]> = {};
  for (const container of containers) {
    const [pod = '', name = ''] = container.split('/');
    (pods[pod] ??= []).push(name);
  }
  return pods;
}

/** What of `wanted` does not stand in `lines`, each one after the one before it. */
function withoutFound(lines: readonly string[], wanted: readonly (string | RegExp)[]): (string | RegExp)[] {
  let from = 0;
  return wanted.filter((one) => {
    const index = lines.findIndex((line, at) => at >= from && (typeof one === 'string' ? line === one : one.test(line)));
    from = index < 0 ? from : index + 1;
    return index < 0;
  });
}
