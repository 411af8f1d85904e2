import type { RuntimeChoice } from './runtime-choice.ts';

/** What `outrider run` was asked for; every value is checked. */
export interface RunOptions {
  /** Manifests in the order given: files, folders, http(s) URLs, or `-` for standard input. Never empty. */
  readonly files: readonly string[];
  /** Files that say what images would (`--stand-in`), in the order given; a later one wins. */
  readonly standIns: readonly string[];
  /** `--runtime`. Undefined: OUTRIDER_RUNTIME, else the config file, else `auto`. */
  readonly runtime: RuntimeChoice | undefined;
  /** Hands the Pods to the agent and ends (`--detach`). */
  readonly detach: boolean;
  /** What `--publish` says, each checked. */
  readonly publish: readonly string[];
  /** Further names that resolve inside the containers (`--host NAME=ADDRESS`). */
  readonly hosts: readonly HostEntry[];
  /** The Pods are deleted after this time (`--for`). Undefined: they run until they end or are interrupted. */
  readonly forMs: number | undefined;
  /** Grace period of the deletion in whole seconds, 0 or more. Undefined: each Pod's own terminationGracePeriodSeconds. */
  readonly gracePeriodSeconds: number | undefined;
  /** What a failed init container leads to. Undefined: what the Pod's annotation says, otherwise `restart`. */
  readonly initFailure: InitFailure | undefined;
  readonly output: OutputFormat;
  /** Where logs and state are kept. Undefined: a folder of this run under the user's state folder. */
  readonly stateDir: string | undefined;
}

/** `restart`: the failed init container runs again, as the kubelet does it. `restart-pod`: all containers start over. */
export type InitFailure = 'restart' | 'restart-pod';

export type OutputFormat = 'text' | 'json';

export interface HostEntry {
  readonly name: string;
  /** An IPv4 or IPv6 address. */
  readonly address: string;
}
