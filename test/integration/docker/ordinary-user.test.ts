import { execFile } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { engineAddress, engineEnvironment, requireEngine, testImage } from '../../engines/engines.ts';

const program = join(import.meta.dirname, '../../../dist/cli/main.js');
const isRoot = process.getuid?.() === 0;

const mounts = [
  { name: 'data', mountPath: '/data' },
  { name: 'memory', mountPath: '/memory' },
];
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'app' },
  spec: {
    restartPolicy: 'Never',
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'memory', emptyDir: { medium: 'Memory' } },
    ],
    initContainers: [
      {
        name: 'write',
        image: testImage,
        command: ['sh', '-ec', 'mkdir -p -m 700 /data/a/b /data/c; echo made >/data/a/b/file; echo kept >/memory/file; chmod 0 /data/a'],
        volumeMounts: mounts,
      },
    ],
    containers: [{ name: 'read', image: testImage, command: ['cat', '/data/a/b/file', '/memory/file'], volumeMounts: mounts }],
  },
};

describe.runIf(isRoot && requireEngine('docker', "an ordinary user of root's Docker"))("an ordinary user of root's Docker", () => {
  test('runs a Pod, and removes what its containers have written as root', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outrider-ordinary-'));
    // Who may use the socket, and nothing else.
    const user = { uid: 65534, gid: statSync(engineAddress('docker')).gid };
    chownSync(folder, user.uid, user.gid);
    try {
      const manifest = join(folder, 'pod.json');
      writeFileSync(manifest, JSON.stringify(pod));
      const args = [program, 'run', manifest, '--runtime', 'docker', '--state-dir', join(folder, 'state')];
      const env = { PATH: process.env['PATH'], HOME: folder, ...engineEnvironment('docker') };
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { ...user, env, timeout: 60_000 });
      expect(stderr).toBe('');
      expect(stdout).toMatch(/\| made\n.*\| kept\n/);
      expect(readdirSync(join(folder, 'state/containers'))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
