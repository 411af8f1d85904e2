import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onBothEngines, shell } from './fixture.ts';

onBothEngines('output and volumes', (fixture) => {
  test('all of the output is there when it ends, both streams apart', async () => {
    const sandbox = await fixture.sandbox({ name: 'writer' });
    const script = 'i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo problem >&2; printf end';
    const started = await fixture.start(sandbox, shell(script), { name: 'writer' });
    await Promise.all([started.exited, started.done]);
    const lines = Array.from({ length: 2000 }, (_, index) => `line ${index}`);
    if (fixture.engine.features.writesLogs) {
      const log = readFileSync(join(fixture.folder, 'logs/writer/0.log'), 'utf8');
      const stdout = [...log.matchAll(/^\S+ stdout ([PF]) (.*)\n/gm)].map(([, tag, text = '']) => (tag === 'P' ? text : `${text}\n`));
      // A piece without its newline is entered as one, wherever the monitor happened to read.
      expect(stdout.join('').trimEnd().split('\n')).toEqual([...lines, 'end']);
      expect(log).toContain(' stderr F problem\n');
    } else {
      expect(started.output.filter((line) => line.startsWith('stdout: ')).map((line) => line.slice(8))).toEqual([
        ...lines.map((line) => `${line}\n`),
        'end',
      ]);
      expect(started.output.filter((line) => line.startsWith('stderr: '))).toEqual(['stderr: problem\n']);
    }
  });

  test('another program goes on exactly after the last line', async () => {
    if (fixture.engine.followOutput === undefined) return;
    const sandbox = await fixture.sandbox({ name: 'followed' });
    const { id } = await fixture.create(sandbox, shell('i=0; while [ $i -lt 60 ]; do echo $i; i=$((i+1)); usleep 5000; done'));
    const seen: { text: string; time: bigint }[] = [];
    const leave = new AbortController();
    const first = fixture.engine.followOutput(id, {
      since: undefined,
      signal: leave.signal,
      output: (_stream, chunk, time = 0n) => {
        seen.push({ text: Buffer.from(chunk).toString(), time });
        if (seen.length === 20) leave.abort();
      },
    });
    await fixture.engine.startContainer(id);
    await first;
    const other = await fixture.client();
    const taken = seen.slice(0, 20);
    await other.followOutput?.(id, {
      since: taken.at(-1)?.time,
      signal: new AbortController().signal,
      output: (_stream, chunk, time = 0n) => taken.push({ text: Buffer.from(chunk).toString(), time }),
    });
    await other.close();
    expect(taken.map(({ text }) => text)).toEqual(Array.from({ length: 60 }, (_, index) => `${index}\n`));
  });

  test('a volume in memory is shared and outlives its first user; an image is a read-only volume', async () => {
    const sandbox = await fixture.sandbox({ name: 'volumes' });
    const memory = { type: 'memory', volume: 'shared', sizeBytes: 1024 * 1024, containerPath: '/m', readOnly: false } as const;
    const image = { type: 'image', image: 'docker.io/library/busybox:1.36', subPath: 'etc', containerPath: '/i' } as const;
    expect((await fixture.run(sandbox, shell('echo kept > /m/file'), { mounts: [memory] })).exitCode).toBe(0);
    const check = shell(
      'grep -q kept /m/file && grep -q " /m tmpfs " /proc/mounts && grep -q nobody /i/passwd && ! touch /i/x 2>/dev/null',
    );
    expect((await fixture.run(sandbox, check, { mounts: [memory, image] })).exitCode).toBe(0);
  });

  test('Pods are found by their aliases', async () => {
    const server = await fixture.sandbox({ name: 'server', aliases: ['server-pod', 'web'] });
    const client = await fixture.sandbox({ name: 'client' });
    await fixture.start(server, shell('echo hi > /tmp/index.html; exec httpd -f -p 80 -h /tmp'));
    const ask = shell('for name in web server-pod; do until wget -q -O /dev/null http://$name/index.html; do sleep 0.1; done; done');
    const asked = await fixture.start(client, ask);
    expect((await asked.exited).exitCode).toBe(0);
  });
});
