import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/cli/config-file.ts';
import { logRotation } from '../../src/cli/log-rotation.ts';

const home = mkdtempSync(join(tmpdir(), 'outrider-config-'));
afterAll(() => rmSync(home, { recursive: true }));
const file = join(home, 'outrider', 'config.yaml');
mkdirSync(join(home, 'outrider'));

describe('the config file', () => {
  it('need not be there', async () => {
    expect(await readConfig({ XDG_CONFIG_HOME: join(home, 'none') })).toEqual({ file: join(home, 'none', 'outrider', 'config.yaml') });
  });

  it('says what to run on and where engines are', async () => {
    writeFileSync(file, 'runtime: containerd\ncontainerdAddress: /run/x.sock\ndockerHost: tcp://host:2375\n');
    expect(await readConfig({ XDG_CONFIG_HOME: home })).toEqual({
      file,
      runtime: 'containerd',
      containerdAddress: '/run/x.sock',
      dockerHost: 'tcp://host:2375',
    });
  });

  it('says when logs are rotated', async () => {
    writeFileSync(file, 'containerLogMaxSize: 64Ki\n');
    expect(logRotation(await readConfig({ XDG_CONFIG_HOME: home }))).toEqual({ maxBytes: 65_536, maxFiles: 5 });
    writeFileSync(file, 'containerLogMaxFiles: 3\n');
    expect(logRotation(await readConfig({ XDG_CONFIG_HOME: home }))).toEqual({ maxBytes: 10_485_760, maxFiles: 3 });
  });

  it('may be empty', async () => {
    writeFileSync(file, '# nothing yet\n');
    expect(await readConfig({ XDG_CONFIG_HOME: home })).toEqual({ file });
  });

  it.each([
    ['runtimes: docker', ':1:1: unknown field "runtimes"; did you mean runtime?'],
    [
      'a: 1\nxyzzy: 2',
      ':2:1: unknown field "xyzzy"; known are runtime, dockerHost, podmanHost, containerdAddress, containerLogMaxSize, containerLogMaxFiles',
    ],
    ['\nruntime: rkt', ':2:1: runtime: expected auto, process, docker, podman, containerd, found "rkt"'],
    ['dockerHost: 5', ':1:1: dockerHost: expected an address such as unix:///run/engine.sock, found 5'],
    ['containerLogMaxSize: 10X', ':1:1: containerLogMaxSize: expected a size such as 10Mi, found "10X"'],
    ['containerLogMaxFiles: 1', ':1:1: containerLogMaxFiles: expected a number of at least 2, found 1'],
    ['runtime: docker\nruntime: podman', 'field "runtime" is given twice'],
    ['- docker', ':1:1: expected fields (runtime, dockerHost, podmanHost, containerdAddress, containerLogMaxSize, containerLogMaxFiles)'],
    ['runtime: [', ':1:'],
  ])('refuses %j with its place', async (text, message) => {
    writeFileSync(file, text);
    await expect(readConfig({ XDG_CONFIG_HOME: home })).rejects.toThrow(message);
  });
});
