import { spawn, spawnSync } from 'node:child_process';
import { constants, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { containerCount, sequencePod } from './sequence-pod.ts';

/**
 * From the end of each container of a sequence to the call that starts the next one, in milliseconds. The containers say when they
 * are about to exit, by a FIFO; a module that is loaded before the program notes when it makes the calls.
 */
export async function startGaps(program: string, args: readonly string[], env: NodeJS.ProcessEnv, scratch: string): Promise<number[]> {
  mkdirSync(scratch);
  const fifo = join(scratch, 'ends');
  if (spawnSync('mkfifo', [fifo]).status !== 0) throw new Error(`cannot make the FIFO ${fifo}`);
  const mount = { name: 'scratch', mountPath: '/scratch' };
  const pod = sequencePod(['sh', '-c', 'echo >/scratch/ends'], {
    volumes: [{ name: 'scratch', hostPath: { path: scratch } }],
    volumeMounts: [mount],
  });
  const manifest = join(scratch, 'pod.json');
  writeFileSync(manifest, JSON.stringify(pod));
  const calls = join(scratch, 'calls.json');
  const recorder = join(scratch, 'recorder.mjs');
  writeFileSync(recorder, recorderSource(calls));

  // Open for writing too: it does not end with the first container.
  const pipe = new Socket({ fd: openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK), readable: true, writable: false });
  const ends: number[] = [];
  createInterface({ input: pipe }).on('line', () => ends.push(performance.timeOrigin + performance.now()));
  const nodeArgs = ['--import', pathToFileURL(recorder).href, program, 'run', manifest, ...args, '--state-dir', join(scratch, 'state')];
  const child = spawn(process.execPath, nodeArgs, { stdio: ['ignore', 'ignore', 'inherit'], env });
  const exitCode = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  pipe.destroy();
  if (exitCode !== 0) throw new Error(`outrider run ended with ${exitCode ?? 'a signal'}`);
  // Before those of the containers, some engines start a sandbox by the same call.
  const starts = (JSON.parse(readFileSync(calls, 'utf8')) as number[]).slice(-containerCount);
  rmSync(scratch, { recursive: true });
  return starts.slice(1).map((start, index) => start - (ends[index] ?? NaN));
}

/** Notes the time of each call that starts a container: over gRPC and over HTTP. */
function recorderSource(file: string): string {
  return `
    import { subscribe } from 'node:diagnostics_channel';
    import { writeFileSync } from 'node:fs';
    import http2 from 'node:http2';
    const calls = [];
    const note = (path) => /(?:StartContainer|\\/containers\\/[^/]+\\/start)$/.test(path.split('?')[0]) && calls.push(performance.timeOrigin + performance.now());
    const { connect } = http2;
    http2.connect = (...args) => {
      const session = connect(...args), { request } = session;
      session.request = (headers, ...rest) => { note(headers[':path']); return request.call(session, headers, ...rest); };
      return session;
    };
    subscribe('http.client.request.start', ({ request }) => note(request.path));
    process.on('exit', () => writeFileSync(${JSON.stringify(file)}, JSON.stringify(calls)));
  `;
}
