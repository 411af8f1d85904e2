import { CommanderError } from 'commander';
import { Failure, exitCodes } from './failure.ts';
import { createProgram } from './program.ts';

/**
 * Runs the command that `args` (without node and script) name, then ends the process with its exit code. Whatever goes wrong is
 * one line on standard error; with OUTRIDER_DEBUG=1 there is a stack trace as well.
 */
export async function runProgram(args: readonly string[]): Promise<void> {
  process.on('uncaughtException', (error) => void exit(report(error)));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onOutputError);
  let exitCode: number = exitCodes.ok;
  const program = createProgram((code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const isCommand = program.commands.some((command) => command.name() === args[0]);
    exitCode = report(error, isCommand ? args[0] : undefined);
  }
  await exit(exitCode);
}

/** Prints what went wrong and returns the exit code for it. */
function report(error: unknown, command = ''): number {
  if (error instanceof CommanderError) {
    // Help that was asked for has been printed; so has the version.
    if (error.exitCode === 0) return exitCodes.ok;
    if (error.code !== 'commander.help') print(usageMessage(error.message, command));
    return exitCodes.usage;
  }
  const isExpected = error instanceof Failure;
  const message = error instanceof Error ? error.message || error.name : String(error);
  for (const line of message.trimEnd().split('\n')) print(isExpected ? line : `${line} (this is a bug; OUTRIDER_DEBUG=1 shows where)`);
  if (process.env['OUTRIDER_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return isExpected ? error.exitCode : exitCodes.failed;
}

/** "error: unknown option '--fro'\n(Did you mean --for?)" on one line, with what to do next. */
function usageMessage(message: string, command: string): string {
  const line = message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
  if (/did you mean/i.test(line)) return line;
  const help = `outrider ${command === '' ? '' : `${command} `}--help`;
  return `${line.replace(/\.$/, '')}; see ${help}`;
}

function print(line: string): void {
  process.stderr.write(`outrider: ${line}\n`);
}

/**
 * The reader of the output is gone (`outrider run pod.yaml | head`). A run is ended as by a signal, once; anything else has nothing
 * left to do.
 */
function onOutputError(this: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  if (process.listenerCount('SIGTERM') === 0) process.exit(exitCodes.ok);
  // Every further write fails in the same way.
  this.off('error', onOutputError).on('error', () => undefined);
  process.kill(process.pid, 'SIGTERM');
}

/** Ends the process once everything written has been handed over, whatever timers or sockets are left. */
async function exit(code: number): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
  process.exit(code);
}
