import type { References } from '../../../pod/references.ts';
import type { Pod } from '../../../pod/types.ts';
import type { RegistryAuth } from '../container-engine.ts';
import { pullSecretLogins } from './pull-secrets.ts';
import { matchingLogins } from './registry-login.ts';
import { userLogins } from './user-logins.ts';

/** What an image may be pulled with, in the order to try it: the Pod's imagePullSecrets, then the user's own logins. */
export async function pullCredentials(
  image: string,
  pod: Pod,
  references: References,
  { env, warn }: { readonly env: NodeJS.ProcessEnv; readonly warn: (line: string) => void },
): Promise<RegistryAuth[]> {
  const own = matchingLogins(image, pullSecretLogins(pod, references, warn));
  return [...own, ...(await userLogins(image, env, warn))];
}
