import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireFile, testImage } from '../engines/engines.ts';
import { RootlessPodman } from '../engines/rootless-podman.ts';

const program = join(import.meta.dirname, '../../dist/cli/main.js');
const isRoot = process.getuid?.() === 0;
const canRun = ['podman', 'newuidmap', 'slirp4netns'].every((name) =>
  requireFile(`/usr/bin/${name}`, 'Podman without root', `there is no ${name}`),
);

const manifest = `
apiVersion: v1
kind: ConfigMap
metadata: {name: page}
data: {index.html: hello}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 2
  securityContext: {runAsUser: 1000}
  volumes:
    - {name: page, configMap: {name: page}}
    - {name: memory, emptyDir: {medium: Memory}}
    - {name: data, emptyDir: {}}
  initContainers:
    - name: init
      image: ${testImage}
      command: [sh, -c, "mkdir -m 700 /data/own && echo made >/data/own/file"]
      volumeMounts: [{name: data, mountPath: /data}]
    - name: proxy
      image: ${testImage}
      restartPolicy: Always
      command: [httpd, -f, -p, "8080", -h, /www]
      volumeMounts: [{name: page, mountPath: /www}]
      startupProbe: {periodSeconds: 1, failureThreshold: 5, httpGet: {path: /index.html, port: 8080}}
  containers:
    - name: main
      image: ${testImage}
      command: [sh, -c, "cat /data/own/file; grep -o ' /memory tmpfs' /proc/mounts; wget -qO- localhost:8080; sleep 1.5"]
      readinessProbe: {periodSeconds: 1, tcpSocket: {port: 8080}}
      lifecycle: {postStart: {httpGet: {path: /index.html, port: 8080}}}
      volumeMounts: [{name: data, mountPath: /data}, {name: memory, mountPath: /memory}]
`;

describe.runIf(isRoot && canRun)('a Podman without root', () => {
  const podman = new RootlessPodman();
  beforeAll(() => podman.start());
  afterAll(() => podman.remove());

  test('is found by itself, runs a Pod whose network is only its own, and nothing is left', async () => {
    const file = join(podman.folder, 'pod.yaml');
    writeFileSync(file, manifest);
    const output = await podman.run(process.execPath, program, 'run', file);
    expect(output).toMatch(/on podman: .*\/run\/podman\/podman\.sock \(first engine that answers\)/);
    expect(output).toMatch(/proxy +- ready/);
    expect(output).toMatch(/main +- ready/);
    for (const line of ['made', ' /memory tmpfs', 'hello']) expect(output).toContain(`| ${line}`);
    expect(output).not.toContain('probe failed');

    expect(await podman.run('podman', 'ps', '--all', '--quiet')).toBe('');
    expect(await podman.run('podman', 'volume', 'ls', '--quiet')).toBe('');
    expect(await podman.run('podman', 'network', 'ls', '--format', '{{.Name}}')).toBe('podman\n');
    expect(readdirSync(join(podman.folder, 'home/.local/state/outrider/containers'))).toEqual([]);
  });
});
