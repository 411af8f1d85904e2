import type { RegistryAuth } from '../container-engine.ts';
import type { RegistryLogin } from './registry-login.ts';

/** What a docker config file, an auth.json or a Secret of type kubernetes.io/dockerconfigjson says. */
export interface DockerConfig {
  readonly logins: readonly RegistryLogin[];
  /** Programs that know the credentials: by host, and for all others. */
  readonly helpers: Readonly<Record<string, string>>;
  readonly defaultHelper: string | undefined;
}

/** Reads the text of a config file. Throws when it is no JSON object; what is not in the format is left out. Errors show nothing of it. */
export function parseDockerConfig(text: string): DockerConfig {
  const config = parseObject(text);
  const helpers = Object.entries(asObject(config['credHelpers'])).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const defaultHelper = config['credsStore'];
  return {
    logins: parseLogins(config['auths']),
    helpers: Object.fromEntries(helpers),
    defaultHelper: typeof defaultHelper === 'string' && defaultHelper !== '' ? defaultHelper : undefined,
  };
}

/** Reads a Secret of type kubernetes.io/dockercfg: the logins alone. Throws like `parseDockerConfig`. */
export function parseDockerCfg(text: string): readonly RegistryLogin[] {
  return parseLogins(parseObject(text));
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own words quote the text.
    throw new Error('it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is not a JSON object');
  return value as Record<string, unknown>;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parseLogins(auths: unknown): RegistryLogin[] {
  return Object.entries(asObject(auths)).flatMap(([pattern, entry]) => {
    const auth = parseEntry(pattern, asObject(entry));
    return auth === undefined ? [] : [{ pattern, auth }];
  });
}

function parseEntry(serverAddress: string, entry: Record<string, unknown>): RegistryAuth | undefined {
  const text = (name: string): string | undefined => (typeof entry[name] === 'string' && entry[name] !== '' ? entry[name] : undefined);
  const decoded = Buffer.from(text('auth') ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const username = colon > 0 ? decoded.slice(0, colon) : text('username');
  const password = colon > 0 ? decoded.slice(colon + 1).replace(/\0+$/, '') : text('password');
  const identityToken = text('identitytoken');
  const registryToken = text('registrytoken');
  if (username === undefined && identityToken === undefined && registryToken === undefined) return undefined;
  return {
    serverAddress,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(identityToken !== undefined && { identityToken }),
    ...(registryToken !== undefined && { registryToken }),
  };
}
