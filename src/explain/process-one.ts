import type { Container, PodSpec } from '../pod/types.ts';

/** `shell`: a script without a trap. `program`: one that has no handler, such as sleep. */
export interface SignalIgnored {
  readonly by: 'shell' | 'program';
  readonly program: string;
}

/**
 * Whether the container's first process probably ignores SIGTERM: Linux drops signals that process 1 has no handler for. A guess,
 * from the command alone; undefined where nothing speaks for it.
 */
export function ignoresSigterm(
  { shareProcessNamespace, hostPID }: PodSpec,
  { command = [], args = [], lifecycle }: Container,
): SignalIgnored | undefined {
  if (shareProcessNamespace === true || hostPID === true || lifecycle?.stopSignal !== undefined || command.length === 0) return undefined;
  return ofWords([...command, ...args]);
}

const shells = new Set(['sh', 'ash', 'dash', 'bash', 'ksh', 'zsh']);
const withoutHandler = new Set(['sleep', 'tail']);

function ofWords([first = '', ...rest]: readonly string[]): SignalIgnored | undefined {
  const program = first.slice(first.lastIndexOf('/') + 1);
  if (withoutHandler.has(program)) return { by: 'program', program };
  if (!shells.has(program)) return undefined;
  const flag = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  const script = flag < 0 ? undefined : rest[flag + 1]?.trim();
  if (script === undefined || /\b(?:trap|exec)\b/.test(script)) return undefined;
  // A shell replaces itself with the program of a script that is one simple command.
  if (!/[;&|\n(){}]/.test(script)) return ofWords(script.split(/\s+/));
  return { by: 'shell', program };
}
