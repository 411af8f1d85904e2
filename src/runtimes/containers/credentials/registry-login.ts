import type { RegistryAuth } from '../container-engine.ts';

/** Credentials, and the images that they are for: `HOST[:PORT][/PATH]`, `*` standing for any letters within one part of the host. */
export interface RegistryLogin {
  readonly pattern: string;
  readonly auth: RegistryAuth;
}

/**
 * The logins for an image, the one for the longest path first, as the kubelet tries them. `image` is normalised. Source:
 * pkg/credentialprovider/keyring.go.
 */
export function matchingLogins(image: string, logins: readonly RegistryLogin[]): RegistryAuth[] {
  const target = splitImage(image);
  const matching = logins.filter(({ pattern }) => matches(normalisedPattern(pattern), target));
  return matching
    .map(({ pattern, auth }, order) => ({ key: normalisedPattern(pattern), auth, order }))
    .sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : a.order - b.order))
    .map(({ auth }) => auth);
}

/** The host of an image as logins for it name it: Docker Hub has more than one name. */
export function loginHosts(image: string): string[] {
  const [host = ''] = image.split('/');
  return host === 'docker.io' ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io'] : [host, `https://${host}`];
}

/** Without the scheme and the version of the API that old logins have at the end of the host. */
function normalisedPattern(pattern: string): string {
  const [, host = '', path = ''] = /^(?:https?:\/\/)?([^/]*)(.*)$/.exec(pattern) ?? [];
  const name = /^(index|registry-1)\.docker\.io$/.test(host) ? 'docker.io' : host;
  return name + path.replace(/^\/v[12](?=\/|$)/, '').replace(/\/+$/, '');
}

interface Target {
  readonly host: string;
  readonly path: string;
}

function splitImage(image: string): Target {
  const slash = image.indexOf('/');
  const path = image
    .slice(slash)
    .replace(/@.*$/, '')
    .replace(/:[^/]*$/, '');
  return { host: image.slice(0, slash), path };
}

function matches(pattern: string, target: Target): boolean {
  const [, host = '', path = ''] = /^([^/]*)(.*)$/.exec(pattern) ?? [];
  const [globs, globPort] = splitHost(host);
  const [parts, port] = splitHost(target.host);
  if (globPort !== port || globs.length !== parts.length || !target.path.startsWith(path)) return false;
  return globs.every((glob, index) => matchesGlob(glob, parts[index] ?? ''));
}

function splitHost(host: string): [readonly string[], string] {
  const [, name = '', port = ''] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  return [name.split('.'), port];
}

function matchesGlob(glob: string, text: string): boolean {
  const expression = glob
    .replace(/[\\^$.+()|{}]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  try {
    return new RegExp(`^${expression}$`).test(text);
  } catch {
    return false;
  }
}
