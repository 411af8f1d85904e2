import { PullError } from '../containers/container-engine.ts';
import { ApiError } from './http-api.ts';

/** What the engine says about a pull that failed, with the kind of the failure read from its words: there is nothing else to go by. */
export function asPullError(message: string, cause?: unknown): PullError {
  const kind = kinds.find(([words]) => words.test(message))?.[1] ?? 'other';
  return new PullError(kind, message.trim(), cause === undefined ? undefined : { cause });
}

export function asPullFailure(error: unknown, signal: AbortSignal): PullError {
  if (error instanceof PullError) return error;
  if (signal.aborted) return new PullError('other', 'the pull was cancelled', { cause: error });
  if (error instanceof ApiError) return asPullError(error.message, error);
  return new PullError('other', `the connection to the engine was lost during the pull: ${(error as Error).message}`, { cause: error });
}

/**
 * "denied" before "not found": Docker's words for an image that needs a login have both. A number alone is no status: images and
 * registries may have it in their names.
 */
const kinds: readonly (readonly [RegExp, PullError['kind']])[] = [
  [
    /unauthori[sz]ed|authentication required|access .*denied|denied:|no basic auth|status\W?code\D{0,20}40[13]\b|forbidden/i,
    'unauthorized',
  ],
  [/manifest unknown|not found|no such (image|manifest)|does not exist|status\W?code\D{0,20}404\b/i, 'not-found'],
  [
    /bad gateway|service unavailable|gateway time-?out|status\W?code\D{0,20}(50[234]|429)\b|toomanyrequests|too many requests/i,
    'unavailable',
  ],
];
