import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryAuth } from '../container-engine.ts';
import { helperLogin } from './credential-helper.ts';
import { parseDockerConfig, type DockerConfig } from './docker-config.ts';
import { loginHosts, matchingLogins } from './registry-login.ts';

/**
 * The user's own logins for an image: those of `docker login`, then those of `podman login`. Programs that keep credentials are asked
 * for the registry of this image only.
 */
export async function userLogins(image: string, env: NodeJS.ProcessEnv, warn: (line: string) => void): Promise<RegistryAuth[]> {
  const found: RegistryAuth[] = [];
  for (const file of configFiles(env)) {
    const config = readConfig(file, warn);
    if (config === undefined) continue;
    found.push(...(await helped(image, config, env)), ...matchingLogins(image, config.logins));
  }
  return found;
}

/** Source: docker login and containers-auth.json(5). */
function configFiles(env: NodeJS.ProcessEnv): string[] {
  const { DOCKER_CONFIG, HOME, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR } = env;
  const docker = DOCKER_CONFIG ?? (HOME === undefined ? undefined : join(HOME, '.docker'));
  const runtime = XDG_RUNTIME_DIR === undefined ? `/run/containers/${process.getuid?.() ?? 0}` : join(XDG_RUNTIME_DIR, 'containers');
  return [...(docker === undefined ? [] : [join(docker, 'config.json')]), REGISTRY_AUTH_FILE ?? join(runtime, 'auth.json')];
}

function readConfig(file: string, warn: (line: string) => void): DockerConfig | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return parseDockerConfig(text);
  } catch (error) {
    warn(`the logins in ${file} are not used: ${(error as Error).message}`);
    return undefined;
  }
}

async function helped(image: string, { helpers, defaultHelper }: DockerConfig, env: NodeJS.ProcessEnv): Promise<RegistryAuth[]> {
  const hosts = loginHosts(image);
  const host = hosts.find((name) => name in helpers);
  const helper = host === undefined ? defaultHelper : helpers[host];
  // Asked by the name that they were stored under; Docker Hub's is an address.
  const server = host ?? hosts[0] ?? '';
  const login = helper === undefined ? undefined : await helperLogin(helper, server, env);
  return login === undefined ? [] : [login];
}
