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

/** "denied" before "not found": Docker's words for an image that needs a login have both. */
const kinds: readonly (readonly [RegExp, PullError['kind']])[] = [
  [/unauthori[sz]ed|authentication required|access .*denied|denied:|no basic auth|\b401\b|\b403\b|forbidden/i, 'unauthorized'],
  [/manifest unknown|not found|no such (image|manifest)|does not exist|\b404\b/i, 'not-found'],
  [/\b50[234]\b|toomanyrequests|too many requests|\b429\b/i, 'unavailable'],
];
