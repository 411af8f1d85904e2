import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { engineEnvironment, requireEngine, testImage } from '../../engines/engines.ts';
import { AgentProcess, isRunning } from './agent-process.ts';

const runtimes = (['process', 'docker', 'containerd'] as const).filter(
  (runtime) => runtime === 'process' || requireEngine(runtime, `the agent on ${runtime}`),
);

let folder: string;
let agent: AgentProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-agent-'));
  mkdirSync(join(folder, 'manifests'));
});
afterEach(async () => {
  await agent?.end('SIGTERM');
  agent = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, content: object | string): void {
  // As editors do it: written beside it, then renamed.
  const file = join(folder, 'manifests', name);
  writeFileSync(`${file}.tmp`, typeof content === 'string' ? content : JSON.stringify(content));
  renameSync(`${file}.tmp`, file);
}

const pod = (name: string, script: string, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    terminationGracePeriodSeconds: 2,
    containers: [{ name: 'main', image: testImage, command: ['sh', '-c', `trap 'exit 0' TERM; ${script}; while :; do sleep 0.1; done`] }],
    ...more,
  },
});

describe.each(runtimes)('an agent on %s', (runtime) => {
  const start = async (...args: string[]): Promise<AgentProcess> => {
    agent = await AgentProcess.start({
      stateDirectory: join(folder, 'state'),
      runtime,
      env: runtime === 'process' ? {} : engineEnvironment(runtime),
      args: ['--manifests', join(folder, 'manifests'), '--stop-pods', ...args],
    });
    return agent;
  };

  test('follows its folder: files that come, change, become invalid and go', async () => {
    put('web.json', pod('web', 'echo one'));
    const running = await start();
    const [first] = await running.until((pods) => pods.length === 1 && pods.every(isRunning));
    expect(first?.metadata.name).toBe('web');

    put('web.json', pod('web', 'echo two'));
    const [second] = await running.until(([one]) => one?.metadata.uid !== first?.metadata.uid && one !== undefined && isRunning(one));
    expect(second?.status.containerStatuses?.[0]?.restartCount).toBe(0);

    put('web.json', 'kind: Pod\napiVersion: v1\nmetadata: {name: web}\nspec: {containers: {}}\n');
    put('db.json', pod('db', 'true'));
    const both = await running.until((pods) => pods.length === 2 && pods.every(isRunning));
    expect(both.map(({ metadata }) => metadata.uid)).toContain(second?.metadata.uid);
    expect(running.stderr).toMatch(/web\.json:4:\d+: .*containers/);

    rmSync(join(folder, 'manifests', 'web.json'));
    expect((await running.until((pods) => pods.length === 1)).map(({ metadata }) => metadata.name)).toEqual(['db']);
    expect(await running.end('SIGTERM')).toBe(0);
  });

  test('goes on after it was killed, and a Pod that had completed stays so', async () => {
    put('web.json', pod('web', 'echo started'));
    put('once.json', { ...pod('once', 'exit 0', { restartPolicy: 'Never' }) });
    const killed = await start();
    const isSettled = (pods: readonly Parameters<typeof isRunning>[0][]): boolean =>
      pods.length === 2 && pods.some(isRunning) && pods.some(({ status }) => status.phase === 'Succeeded');
    const before = await killed.until(isSettled);
    expect(await killed.end('SIGKILL')).toBeNull();

    // Processes end with the agent and run anew; containers of an engine go on.
    const container = (pods: typeof before): unknown => pods.find(isRunning)?.status.containerStatuses?.[0]?.containerID;
    const isAnew = runtime === 'process';
    const after = await (await start()).until((pods) => isSettled(pods) && (container(pods) !== container(before)) === isAnew);
    const uids = (pods: typeof before): string[] => pods.map(({ metadata }) => metadata.uid).sort();
    expect(uids(after)).toEqual(uids(before));
  });

  test('answers as the API server does', async () => {
    put('web.json', pod('web', 'echo hello; echo again >&2'));
    const running = await start();
    await running.until((pods) => pods.length === 1 && pods.every(isRunning));
    const path = '/api/v1/namespaces/default/pods/web';
    expect(await running.ask('/readyz')).toEqual({ code: 200, text: 'ok' });
    // A container that runs has not said anything yet.
    await vi.waitFor(async () => expect((await running.ask(`${path}/log?tailLines=1`)).text).toMatch(/^(?:hello|again)\n$/), 10_000);
    expect(await running.ask(`${path}/log?previous=true`)).toMatchObject({ code: 400 });
    expect(await running.ask('/api/v1/namespaces/default/pods/x')).toMatchObject({ code: 404 });
    expect(await running.ask('/nothing')).toMatchObject({ code: 404 });
    expect(await running.ask('/outrider/v1/run', 'POST', { workloads: [{ pod: {} }] })).toMatchObject({ code: 422 });
    const refused = await running.ask(path, 'DELETE');
    expect(refused.code).toBe(409);
    expect(refused.text).toContain(join(folder, 'manifests', 'web.json'));
    const events = await running.ask('/api/v1/events?fieldSelector=involvedObject.name=web');
    expect(events.text).toContain('"reason":"Started"');
    expect((await running.ask('/metrics')).text).toMatch(/^kubelet_running_pods 1$/m);
  });

  test('a log that is followed ends with its container', async () => {
    put('web.json', pod('web', 'echo one; sleep 1; echo two; sleep 1; exit 0', { restartPolicy: 'Never' }));
    const running = await start();
    await running.until((pods) => pods.length === 1 && pods.every(isRunning));
    expect(await running.ask('/api/v1/namespaces/default/pods/web/log?follow=true')).toEqual({ code: 200, text: 'one\ntwo\n' });
  });
});

test('there is one agent of a state folder', async () => {
  const options = { stateDirectory: join(folder, 'state'), runtime: 'process' };
  agent = await AgentProcess.start(options);
  const second = await AgentProcess.start(options);
  expect(await second.ended).toBe(1);
  expect(second.stderr).toContain('an agent of');
});
