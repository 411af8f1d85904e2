import { connect } from 'node:net';
import type { ContainerEngine } from '../runtimes/containers/container-engine.ts';
import type { EngineName } from './runtime-choice.ts';

/** A kind of container engine, and where it may be on this machine, the likeliest place first. */
export interface EngineKind {
  readonly name: EngineName;
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  /** `unix:///run/docker.sock`, a path, `tcp://host:2375`, ... */
  readonly address: string;
  /** Rejects with one line on why it does not answer. What it takes is loaded only now. */
  connect(): Promise<ContainerEngine>;
}

export interface FoundEngine {
  /** The first that answers; undefined: none does. */
  readonly found: { readonly name: EngineName; readonly engine: ContainerEngine } | undefined;
  /** Why each kind asked before it was passed over, e.g. `docker: no socket at /var/run/docker.sock`. */
  readonly problems: readonly string[];
}

/**
 * The first engine that answers. Whether anybody listens is asked everywhere at once, so that looking takes as long as one answer;
 * only an engine that does is spoken to.
 */
export async function findEngine(kinds: readonly EngineKind[], limitMs = 1000): Promise<FoundEngine> {
  const listening = kinds.map(({ endpoints }) => endpoints.map(({ address }) => whyNotListening(address, limitMs)));
  const problems: string[] = [];
  for (const [index, { name, endpoints }] of kinds.entries()) {
    const reasons: Problem[] = [];
    for (const [place, endpoint] of endpoints.entries()) {
      const problem = await listening[index]?.[place];
      if (problem !== undefined) reasons.push(problem);
      else {
        try {
          return { found: { name, engine: await endpoint.connect() }, problems };
        } catch (error) {
          reasons.push({ isAbsent: false, text: (error as Error).message });
        }
      }
    }
    // An engine that is there and does not answer says more than all the places where none is.
    const telling = reasons.find(({ isAbsent }) => !isAbsent) ?? reasons[0];
    problems.push(`${name}: ${telling?.text ?? 'no socket in any of its usual places'}`);
  }
  return { found: undefined, problems };
}

interface Problem {
  readonly isAbsent: boolean;
  readonly text: string;
}

/** Undefined: somebody listens, or it cannot be told without speaking to them. */
function whyNotListening(address: string, limitMs: number): Promise<Problem | undefined> {
  const path = /^(?:unix:\/\/)?(\/.*)$/.exec(address)?.[1];
  const [, host, port] = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+):(\d+)/.exec(address) ?? [];
  if (path === undefined && (host === undefined || port === undefined)) return Promise.resolve(undefined);
  const where = path ?? `${host}:${port}`;
  return new Promise((resolve) => {
    const socket = path === undefined ? connect(Number(port), host?.replace(/^\[|\]$/g, '')) : connect(path);
    const done = (problem?: Problem): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(limitMs, () => done({ isAbsent: false, text: `no answer within ${limitMs} ms at ${where}` }));
    socket.once('connect', () => done());
    socket.once('error', ({ code = '', message }: NodeJS.ErrnoException) =>
      done({ isAbsent: code === 'ENOENT' || code === 'ENOTDIR', text: `${explanations[code] ?? message} at ${where}` }),
    );
  });
}

const explanations: Readonly<Record<string, string>> = {
  ENOENT: 'no socket',
  ENOTDIR: 'no socket',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ECONNREFUSED: 'nobody answers',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
};
