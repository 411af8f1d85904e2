import { StartFailure } from '../containers/container-engine.ts';
import { ApiError } from './http-api.ts';

/**
 * What a failed start means: a `StartFailure` where the container's own command or set-up is to blame (126 not executable, 127 not
 * found, 128 anything else), the error itself where it is not.
 */
export function asStartFailure(error: unknown): Error {
  if (!(error instanceof ApiError) || error.isNotFound) return error as Error;
  const message = error.message.replace(/: unknown$/, '');
  return new StartFailure(message, exitCodeOf(message), { cause: error });
}

function exitCodeOf(message: string): number {
  if (!/exec|executable|start container process/.test(message)) return 128;
  if (/executable file .*not found|no such file or directory|not found in \$PATH/.test(message)) return 127;
  return /permission denied|is a directory|not a directory|exec format error/.test(message) ? 126 : 128;
}
