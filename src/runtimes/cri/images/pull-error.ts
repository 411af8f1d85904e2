import { PullError } from '../../containers/container-engine.ts';
import { Code, hasCode } from '../grpc/call-error.ts';

/**
 * What kind of failure a pull's error is. Engines give words, not codes; the first ones are those of the CRI, by which the kubelet
 * tells RegistryUnavailable apart.
 */
export function asPullError(error: Error): PullError {
  const { message } = error;
  return new PullError(kindOf(error), message, { cause: error });
}

function kindOf(error: Error): PullError['kind'] {
  if (error.message.startsWith('RegistryUnavailable')) return 'unavailable';
  // Registries say of what is hidden from the caller that it does not exist or needs a login.
  if (unauthorized.test(error.message)) return 'unauthorized';
  if (hasCode(error, Code.NotFound) || notFound.test(error.message)) return 'not-found';
  return 'other';
}

const unauthorized =
  /\b401 Unauthorized|\b403 Forbidden|authorization failed|failed to authorize|access denied|authentication required|unauthorized:/i;
const notFound = /: not found$|\b404 Not Found|manifest unknown|name unknown/i;
