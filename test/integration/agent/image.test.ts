import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineAddress, engineEnvironment, requireEngine, testImage } from '../../engines/engines.ts';
import { program } from './agent-process.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const nodeImage = 'outrider.test/node';
const agentImage = 'outrider.test/agent';
const agentName = `outrider-agent-${process.pid}`;

const pod = `
apiVersion: v1
kind: ConfigMap
metadata: {name: page}
data: {index.html: hello}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: 0
  volumes:
    - {name: page, configMap: {name: page}}
    - {name: memory, emptyDir: {medium: Memory}}
  containers:
    - name: main
      image: ${testImage}
      command: [sh, -c, "grep ' /memory tmpfs' /proc/mounts && exec httpd -f -p 8080 -h /www"]
      volumeMounts: [{name: page, mountPath: /www}, {name: memory, mountPath: /memory}]
      readinessProbe: {periodSeconds: 1, httpGet: {path: /index.html, port: 8080}}
`;

describe.runIf(requireEngine('docker', 'the image of the agent'))('the image of the agent', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'outrider-image-'));
    for (const name of ['manifests', 'state']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'manifests', 'pod.yaml'), pod);
    // Whoever runs it says that the mount is shared, which the machine's own need not be.
    await run('mount', ['--bind', '--make-private', join(folder, 'state'), join(folder, 'state')]);
    await run('mount', ['--make-shared', join(folder, 'state')]);
  });
  afterEach(async () => {
    await docker('rm', '--force', '--volumes', agentName);
    await run('umount', [join(folder, 'state')]);
    await docker('rmi', '--force', agentImage, nodeImage);
    rmSync(folder, { recursive: true });
  });

  test('runs the Pods of a folder on the engine that it runs on', async () => {
    await importNode(folder);
    await docker('build', '--file', join(root, 'deploy/Containerfile'), '--build-arg', `NODE=${nodeImage}`, '--tag', agentImage, root);
    const state = join(folder, 'state');
    const volumes = [
      `${engineAddress('docker')}:/var/run/docker.sock`,
      `${join(folder, 'manifests')}:/manifests:ro`,
      `${state}:${state}:rshared`,
      '/run/outrider:/run/outrider',
    ];
    const options = ['--detach', '--name', agentName, '--network', 'host', '--pid', 'host', ...volumes.flatMap((one) => ['--volume', one])];
    await docker('run', ...options, agentImage, '--runtime', 'docker', '--state-dir', state, '--stop-pods');
    const ps = (): Promise<string> => outrider('ps', '--state-dir', state, '--no-headers');
    await expect.poll(ps, { timeout: 20_000, interval: 200 }).toMatch(/^web +1\/1 +Running /);
    expect(await outrider('logs', '--state-dir', state, 'web')).toContain(' /memory tmpfs ');

    await docker('stop', agentName);
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', agentName)).toBe('0\n');
    expect(await docker('logs', agentName)).toBe('');
  });
});

/** A base image without a registry: Node.js of this machine and the libraries that it is linked with. */
async function importNode(folder: string): Promise<void> {
  const node = realpathSync(process.execPath);
  const libraries = (await run('ldd', [node])).stdout.match(/\/\S+/g) ?? [];
  const archive = join(folder, 'node.tar');
  await run('tar', ['--create', '--file', archive, '--dereference', '--absolute-names', node, ...libraries]);
  await docker('import', '--change', `ENV PATH=${dirname(node)}`, archive, nodeImage);
}

/** Its output of both kinds. The builder that is part of the engine needs no plug-in. */
async function docker(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run('docker', args, { env: { ...process.env, ...engineEnvironment('docker'), DOCKER_BUILDKIT: '0' } });
  return stdout + stderr;
}

async function outrider(...args: string[]): Promise<string> {
  return (await run(process.execPath, [program, ...args])).stdout;
}
