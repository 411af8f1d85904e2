import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireFile } from '../../engines/engines.ts';
import { AgentProcess, program } from './agent-process.ts';

const run = promisify(execFile);
const deploy = join(import.meta.dirname, '../../../deploy');

let folder: string;
let agent: AgentProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-service-'));
});
afterEach(async () => {
  await agent?.end('SIGTERM');
  agent = undefined;
  rmSync(folder, { recursive: true });
});

const start = (env: Readonly<Record<string, string>>): Promise<AgentProcess> =>
  AgentProcess.start({ stateDirectory: join(folder, 'state'), runtime: 'process', env });

describe.runIf(requireFile('/usr/bin/systemd-notify', 'the agent as a service', 'there is no systemd'))('a service of systemd', () => {
  test('is ready when it says so, and ends in order', async () => {
    const socket = join(folder, 'notify');
    const manager = spawn('python3', ['-c', receiver, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(manager.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('listening');
    agent = await start({ NOTIFY_SOCKET: socket });
    expect([(await lines.next()).value, (await lines.next()).value]).toEqual(['READY=1', `MAINPID=${agent.pid}`]);
    manager.kill();
    expect(await agent.end('SIGTERM')).toBe(0);
    expect(agent.stderr).toBe('');
  });

  test('has a unit that systemd understands', async () => {
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', join(deploy, 'outrider-agent.service')]);
    expect(stdout + stderr).toBe('');
  });
});

test('where systemd cannot be told, the agent runs and says so', async () => {
  agent = await start({ NOTIFY_SOCKET: join(folder, 'notify'), PATH: folder });
  await expect
    .poll(() => agent?.stderr)
    .toMatch(/^outrider: systemd is not told that the agent is ready \(spawn systemd-notify ENOENT\); .*Type=exec\n$/);
});

test.each(['outrider-agent.service', 'Containerfile'])('what %s asks for is there', async (name) => {
  const { stdout: help } = await run(process.execPath, [program, 'agent', '--help']);
  const commandLine = /^(?:ExecStart|ENTRYPOINT)\b.*\bagent\b.*$/m.exec(readFileSync(join(deploy, name), 'utf8'))?.[0] ?? '';
  const options = commandLine.match(/--[a-z-]+/g);
  expect(options).toEqual(expect.arrayContaining(['--manifests', '--state-dir']));
  for (const option of options ?? []) expect(help).toContain(`${option} `);
});

/** Listens as systemd does, and prints the messages: a datagram may hold several lines. Node.js has no such sockets. */
const receiver = `
import socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
print('listening', flush=True)
while True: print(server.recv(4096).decode().strip(), flush=True)
`;
