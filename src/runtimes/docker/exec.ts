import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecOptions, ExecResult, ExecSession } from '../../engine/runtime-service.ts';
import { KeptOutput } from '../shared/kept-output.ts';
import type { ExecInspect } from './api-types.ts';
import type { EngineKind } from './engine-kind.ts';
import { killProcess } from './kill-process.ts';
import { ApiError, type HttpApi } from './http-api.ts';
import { StreamSession } from './stream-session.ts';

/** Commands inside running containers. */
export class Execs {
  readonly #api: HttpApi;
  readonly #kind: EngineKind;

  constructor(api: HttpApi, kind: EngineKind) {
    this.#api = api;
    this.#kind = kind;
  }

  async execSync(id: string, command: readonly string[], timeoutMs: number | undefined): Promise<ExecResult> {
    const output = new KeptOutput();
    try {
      const session = await this.#start(id, { command, tty: false, stdin: false, output: (_stream, chunk) => output.add(chunk) });
      const { exited } = session;
      const exitCode = await (timeoutMs === undefined
        ? exited
        : Promise.race([exited, delay(timeoutMs, 'timeout' as const, { ref: false })]));
      if (exitCode === 'timeout') {
        exited.catch(() => undefined);
        session.close();
        return { kind: 'timeout', output: output.text() };
      }
      return ended(exitCode ?? 0, output.text());
    } catch (error) {
      return { kind: 'error', message: (error as Error).message };
    }
  }

  async exec(id: string, options: ExecOptions): Promise<ExecSession> {
    return this.#start(id, options);
  }

  async attach(id: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession> {
    const { tty, stdin } = options;
    const query = { stream: true, stdin, stdout: true, stderr: true };
    const connection = await this.#api.hijack(`/containers/${id}/attach`, { query });
    const output: ExecOptions['output'] = (stream, chunk) => options.output(stream, chunk);
    return new StreamSession(connection, { tty, output, resize: (size) => this.#resize(`/containers/${id}/resize`, size) });
  }

  async #start(id: string, options: ExecOptions): Promise<StreamSession> {
    const { command, tty, stdin } = options;
    const streams = { AttachStdin: stdin, AttachStdout: true, AttachStderr: true, Tty: tty };
    const { Id } = await this.#api.call<{ Id: string }>('POST', `/containers/${id}/exec`, { body: { Cmd: command, ...streams } });
    const connection = await this.#open(Id, tty);
    if (!stdin) connection.end();
    return new StreamSession(connection, {
      tty,
      output: (stream, chunk) => options.output(stream, chunk),
      resize: (size) => this.#resize(`/exec/${Id}/resize`, size),
      exitCode: () => this.#exitCode(Id),
      leave: () => void this.#kill(Id, id),
    });
  }

  #open(execID: string, tty: boolean): Promise<Duplex> {
    return this.#api.hijack(`/exec/${execID}/start`, { body: { Detach: false, Tty: tty } });
  }

  /** The output ends with the command; the engine may need a moment to take note of it. */
  async #exitCode(execID: string): Promise<number> {
    for (let wait = 1; ; wait = Math.min(wait * 2, 100)) {
      const { Running, ExitCode } = await this.#api.call<ExecInspect>('GET', `/exec/${execID}/json`);
      if (!Running) return ExitCode ?? 0;
      await delay(wait);
    }
  }

  async #resize(path: string, { columns, rows }: { readonly columns: number; readonly rows: number }): Promise<void> {
    await this.#api.call('POST', path, { query: { w: columns, h: rows } }).catch((error: unknown) => {
      // It has ended meanwhile.
      if (!(error instanceof ApiError)) throw error;
    });
  }

  /** The API cannot end a command. On this machine its process can be killed; elsewhere it is left to itself. */
  async #kill(execID: string, containerID: string): Promise<void> {
    if (!this.#kind.isLocal) return;
    const inspect = await this.#api.call<ExecInspect>('GET', `/exec/${execID}/json`).catch(() => undefined);
    if (inspect?.Running === true) killProcess(inspect.Pid, containerID);
  }
}

/** What the engine itself puts into the output when a command cannot be run at all. */
function ended(exitCode: number, output: string): ExecResult {
  const isFailure =
    (exitCode === 126 || exitCode === 127) && /^OCI runtime exec failed|^exec failed|unable to start container process/.test(output);
  return isFailure ? { kind: 'error', message: output.trim() } : { kind: 'exited', exitCode, output };
}
