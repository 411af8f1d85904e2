import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { coverInherited } from './inherited-descriptors.ts';
import type { Machine } from './machine.ts';
import { podScript } from './pod-script.ts';

export interface PodProcessOptions {
  readonly machine: Machine;
  /** Where the Pod's files in memory are mounted; a folder that exists. */
  readonly memory: string;
  /** The Pod's folder on disk, which the Pod process removes at its end. */
  readonly disk: string;
  readonly fifos: readonly string[];
  /** Every line that sandbox and launchers report, as words. */
  readonly onReport: (words: readonly string[]) => void;
  /** A complaint of one of the tools, one line. */
  readonly onComplaint: (line: string) => void;
  /** Everything of the Pod is gone, whether it was asked to or not. */
  readonly onEnd: () => void;
}

/** The processes that hold a Pod: see `pod-script.ts`. */
export class PodProcess {
  readonly pid: number;
  /** Settles when the Pod process and everything below it has ended. */
  readonly ended: Promise<void>;
  readonly #child: PipedProcess;
  readonly #options: PodProcessOptions;
  readonly #jobs = new Map<string, Waiter>();
  #complaints = '';
  #jobCount = 0;

  /** `layOut` writes the Pod's files as soon as they can be. Rejects when the machine refuses; nothing is left of it then. */
  static async start(options: PodProcessOptions, layOut: (process: PodProcess) => void): Promise<PodProcess> {
    const process = new PodProcess(options);
    const reported = (kind: string): Promise<void> => new Promise((resolve, reject) => process.#jobs.set(kind, { resolve, reject }));
    const made = reported('made');
    await Promise.race([reported('up'), made]);
    for (const [name, text] of Object.entries(options.machine.launcher.files)) writeFileSync(process.path(name), text);
    layOut(process);
    await made;
    return process;
  }

  private constructor(options: PodProcessOptions) {
    this.#options = options;
    const { machine, memory, disk, fifos } = options;
    const words = [...machine.enter, 'sh', '-c', podScript, 'pod', memory, disk, 'mode=0700', ...fifos];
    const [command = '', ...args] = words;
    // In a session of its own: what is typed at the terminal is for this program alone.
    const stdio = coverInherited(['pipe', 'pipe', 'pipe']);
    this.#child = spawn(command, args, { env: machine.environment, detached: true, stdio, cwd: '/' }) as PipedProcess;
    this.pid = this.#child.pid ?? -1;
    this.#child.stdin.on('error', () => undefined);
    lines(this.#child.stdout, (line) => this.#report(line));
    lines(this.#child.stderr, (line) => this.#complain(line));
    // Without its parent the sandbox has nothing to live for; it sees the end of its input.
    this.#child.on('exit', () => this.#child.stdin.destroy());
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => this.#complain(error.message));
      this.#child.on('close', () => {
        for (const { reject } of this.#jobs.values()) reject(new Error(this.#complaints.trim() || 'the Pod process has ended'));
        this.#jobs.clear();
        resolve();
        options.onEnd();
      });
    });
  }

  /** The path, from outside, of a file in the Pod's memory. */
  path(name: string): string {
    return `/proc/${this.pid}/root${this.#options.memory}/${name}`;
  }

  /** Sends a line to the sandbox, or to the Pod process while there is no sandbox. */
  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Runs a piece of shell in the Pod's mount namespace, before there is a sandbox. Rejects with what it complains about. */
  async do(script: string): Promise<void> {
    const name = `do${this.#jobCount++}`;
    writeFileSync(this.path(name), script);
    await new Promise<void>((resolve, reject) => {
      this.#jobs.set(name, { resolve, reject });
      this.send(`do ${name}`);
    });
  }

  /** Ends the Pod process and everything below it. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.ended;
  }

  #report(line: string): void {
    const words = line.split(' ');
    const [kind = '', name = '', status] = words;
    if (kind === 'up' || kind === 'made') this.#finish(kind, true);
    else if (kind === 'done') this.#finish(name, status === '0');
    else this.#options.onReport(words);
  }

  #finish(name: string, isSuccess: boolean): void {
    const waiter = this.#jobs.get(name);
    this.#jobs.delete(name);
    if (isSuccess) waiter?.resolve();
    else waiter?.reject(new Error(readFileSync(this.path('errors'), 'utf8').trim()));
  }

  #complain(line: string): void {
    this.#complaints = `${this.#complaints}${line}\n`.slice(-4096);
    this.#options.onComplaint(line);
  }
}

type PipedProcess = ChildProcessByStdio<Writable, Readable, Readable>;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function lines(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) take(part);
  });
}
