import { run } from '../../shared/run.ts';
import type { RegistryAuth } from '../container-engine.ts';

/**
 * Asks `docker-credential-HELPER` for the credentials of a registry; undefined when it has none, or is not there. What it says
 * otherwise is shown nowhere. Source: the protocol of docker-credential-helpers.
 */
export async function helperLogin(helper: string, server: string, env: NodeJS.ProcessEnv): Promise<RegistryAuth | undefined> {
  if (!/^[\w.-]+$/.test(helper)) return undefined;
  try {
    const answer = JSON.parse(await run([`docker-credential-${helper}`, 'get'], env, server)) as Record<string, unknown>;
    const { Username: username, Secret: secret } = answer;
    if (typeof username !== 'string' || typeof secret !== 'string') return undefined;
    if (username === '<token>') return { serverAddress: server, identityToken: secret };
    return { serverAddress: server, username, password: secret };
  } catch {
    return undefined;
  }
}
