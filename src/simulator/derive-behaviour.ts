import type { Container, LifecycleHandler } from '../pod/types.ts';
import type { Attempt, HookBehaviour } from './behaviour.ts';
import { simulateScript } from './shell-script.ts';

/**
 * How a container behaves when nothing is said about it, told from its manifest: `sleep 5` runs 5 s, simple shell scripts do what
 * they say. What cannot be told from there is a server for sidecars and for main containers that always restart (runs for ever,
 * ends soon after SIGTERM), five seconds of work for other main containers and one for init containers. Probes answer well a
 * moment after the start.
 */
export function deriveBehaviour(container: Container, kind: 'init' | 'sidecar' | 'regular', podPolicy: string): Attempt {
  const words = [...(container.command ?? []), ...(container.command === undefined ? [] : (container.args ?? []))];
  const hooks = { postStart: hookBehaviour(container.lifecycle?.postStart), preStop: hookBehaviour(container.lifecycle?.preStop) };
  const isServer = kind === 'sidecar' || (kind === 'regular' && (container.restartPolicy ?? podPolicy) === 'Always');
  return { ...(told(words) ?? (isServer ? server : work(kind === 'init' ? 1000 : 5000))), ...hooks };
}

function told(words: readonly string[]): Attempt | undefined {
  const [program = '', ...args] = words;
  const name = program.split('/').at(-1) ?? '';
  if (['sh', 'bash', 'ash', 'dash'].includes(name) && /^-\w*c$/.test(args[0] ?? '')) return simulateScript(args[1] ?? '');
  if (['sleep', 'true', 'false'].includes(name)) return simulateScript([name, ...args].join(' '));
  return undefined;
}

const soon = [{ fromMs: 500, untilMs: Infinity }];
const probes = { startup: soon, readiness: soon };
const onStop = [{ fromMs: 0, stop: { afterMs: 100, exitCode: 0 } }];
const server: Attempt = { onStop, probes };

function work(runMs: number): Attempt {
  return { runMs, exitCode: 0, onStop, probes };
}

function hookBehaviour(handler: LifecycleHandler | undefined): HookBehaviour | undefined {
  if (handler === undefined) return undefined;
  if (handler.sleep !== undefined) return { takesMs: handler.sleep.seconds * 1000, ok: true };
  const attempt = handler.exec === undefined ? undefined : told(handler.exec.command ?? []);
  return { takesMs: attempt?.runMs ?? 100, ok: (attempt?.exitCode ?? 0) === 0 };
}
