import type { Attempt, FileChange, StopBehaviour, StopReaction } from './behaviour.ts';

/**
 * What a simple shell script does, told from its text: statements separated by `;` or line ends, of `sleep`, `exit`, `true`,
 * `false`, `touch`, `rm`, `echo`, `trap '...' TERM` and an endless loop. Undefined for anything else: better no answer than a
 * wrong one. As the first process of a container, a shell without a trap does not see SIGTERM.
 */
export function simulateScript(script: string): Attempt | undefined {
  const files: FileChange[] = [];
  const onStop: StopBehaviour[] = [{ fromMs: 0, stop: 'ignore' }];
  let trap: StopReaction = 'ignore';
  let now = 0;
  let exitCode = 0;
  for (const statement of statements(script)) {
    const end = endlessLoop.exec(statement);
    if (end !== null) return { files, onStop: [...onStop, { fromMs: now, stop: inLoop(trap, secondsToMs(end[1])) }] };
    const [command = '', ...words] = statement.split(/\s+/);
    exitCode = 0;
    if (command === 'sleep') {
      const ms = sleepMs(words);
      if (ms === undefined) return undefined;
      // A trap waits for the foreground command to end.
      if (trap !== 'ignore') onStop.push({ fromMs: now, stop: { ...trap, notBeforeMs: now + ms } });
      now += ms;
      onStop.push({ fromMs: now, stop: trap });
      if (words.includes('infinity')) return { files, onStop };
    } else if (command === 'exit') {
      if (!/^\d*$/.test(words[0] ?? '')) return undefined;
      return { runMs: now + shellMs, exitCode: Number(words[0] ?? 0), files, onStop };
    } else if (command === 'false') exitCode = 1;
    else if (command === 'touch' || command === 'rm') {
      const paths = words.filter((word) => !word.startsWith('-'));
      if (paths.some((path) => !plainPath.test(path))) return undefined;
      files.push(...paths.map((path) => ({ atMs: now, path, exists: command === 'touch' })));
    } else if (command === 'trap') {
      const reaction = trapReaction(statement);
      if (reaction === undefined) return undefined;
      trap = reaction;
      onStop.push({ fromMs: now, stop: trap });
    } else if (command === 'echo') {
      const target = /^[^>|&`$<]*(?:>{1,2}\s*(\S+))?$/.exec(statement);
      if (target === null) return undefined;
      if (target[1] !== undefined) files.push({ atMs: now, path: target[1], exists: true });
    } else if (!harmless.has(command)) return undefined;
  }
  return { runMs: now + shellMs, exitCode, files, onStop };
}

/** How long a shell takes for nothing. */
const shellMs = 5;
const harmless = new Set(['true', ':', 'mkdir', 'chown', 'chmod', 'date', 'id', 'set']);
const plainPath = /^\/[\w./-]+$/;
const endlessLoop = /^while (?::|true|\[ 1 \])\s*;\s*do\s+(?:[^;]*;\s*)*?sleep ([\d.]+|infinity)m?\s*;?\s*done$/;

/** Splits at `;` and line ends that are in no quotes and in no loop. */
function statements(script: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  for (const char of script) {
    if (quote === '' && (char === ';' || char === '\n') && !isOpen(part)) {
      parts.push(part.trim());
      part = '';
      continue;
    }
    if (char === quote) quote = '';
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    part += char === '\n' ? ';' : char;
  }
  return [...parts, part.trim()].filter((statement) => statement !== '' && !statement.startsWith('#'));
}

function isOpen(part: string): boolean {
  return /^\s*(?:while|until|for|if)\b/.test(part) && !/\b(?:done|fi)\s*$/.test(part);
}

function trapReaction(statement: string): StopReaction | undefined {
  const trap = /^trap\s+(?:'([^']*)'|"([^"]*)")\s+(?:SIG)?TERM(?:\s+(?:SIG)?INT)?$/.exec(statement);
  if (trap === null) return undefined;
  const body = trap[1] ?? trap[2] ?? '';
  if (body === '') return 'ignore';
  const handler = simulateScript(body);
  if (handler?.runMs === undefined || !/\bexit\b/.test(body)) return undefined;
  return { afterMs: handler.runMs, exitCode: handler.exitCode ?? 0 };
}

/** A loop's sleep runs to its end before a trap does: half of it on average. */
function inLoop(trap: StopReaction, loopMs: number): StopReaction {
  return trap === 'ignore' ? trap : { ...trap, afterMs: trap.afterMs + loopMs / 2 };
}

function sleepMs(words: readonly string[]): number | undefined {
  if (words.length !== 1) return undefined;
  return /^[\d.]+s?$/.test(words[0] ?? '') || words[0] === 'infinity' ? secondsToMs(words[0]) : undefined;
}

function secondsToMs(text = ''): number {
  return text === 'infinity' ? 0 : Math.round(Number(text.replace(/s$/, '')) * 1000);
}
