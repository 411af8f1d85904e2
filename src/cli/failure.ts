/** Exit codes of the program. A run that fails because a main container failed exits with that container's code instead. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interruptedTwice: 130 } as const;

/**
 * A failure that the person at the terminal can do something about: the message is one line that says what was expected, what
 * was found and what to do. It is printed as it is, without a stack trace.
 */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.exitCode = options.exitCode ?? exitCodes.failed;
  }
}
