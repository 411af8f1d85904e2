import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import type { PodList } from '../../../src/agent/api-types.ts';
import { agentSocket, socketDirectory } from '../../../src/agent/sockets.ts';
import type { Pod } from '../../../src/pod/types.ts';

export const program = join(import.meta.dirname, '../../../dist/cli/main.js');

export interface AgentRequest {
  readonly stateDirectory: string;
  readonly runtime: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export interface Answer {
  readonly code: number;
  readonly text: string;
}

/** `outrider agent` under way. */
export class AgentProcess {
  readonly socketPath: string;
  stderr = '';
  readonly #child: ChildProcess;

  private constructor({ stateDirectory, runtime, env = {}, args = [] }: AgentRequest) {
    this.socketPath = agentSocket(socketDirectory(stateDirectory));
    this.#child = spawn(process.execPath, [program, 'agent', '--runtime', runtime, '--state-dir', stateDirectory, ...args], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, ...env },
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  /** Resolves when it is ready. */
  static async start(options: AgentRequest): Promise<AgentProcess> {
    const agent = new AgentProcess(options);
    await Promise.race([once(agent.#child, 'message'), agent.ended]);
    return agent;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Its exit code; null where a signal ended it. */
  get ended(): Promise<number | null> {
    const { exitCode, signalCode } = this.#child;
    return exitCode !== null || signalCode !== null
      ? Promise.resolve(exitCode)
      : once(this.#child, 'exit').then(([code]) => code as number);
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }

  ask(path: string, method = 'GET', body?: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: this.socketPath, path, method, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ code: response.statusCode ?? 0, text }));
      });
      sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async pods(): Promise<readonly Pod[]> {
    return (JSON.parse((await this.ask('/api/v1/pods')).text) as PodList).items;
  }

  /** The Pods once they fulfil it: they are looked at whenever a watch tells of a change. */
  until(condition: (pods: readonly Pod[]) => boolean): Promise<readonly Pod[]> {
    return new Promise((resolve, reject) => {
      const watch = request({ socketPath: this.socketPath, path: '/api/v1/pods?watch=true', agent: false }, (response) => {
        const look = async (): Promise<void> => {
          const pods = await this.pods();
          if (!condition(pods)) return;
          resolve(pods);
          response.destroy();
        };
        response.on('error', reject).on('close', () => reject(new Error(`the watch ended: ${this.stderr}`)));
        response.on('data', () => void look().catch(reject));
        look().catch(reject);
      });
      watch.on('error', reject).end();
    });
  }
}

export function isRunning({ status }: Pod): boolean {
  return status.phase === 'Running' && status.containerStatuses?.every(({ state }) => state?.running !== undefined) === true;
}
