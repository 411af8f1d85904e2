import { ConfigError } from './config-error.ts';
import { expand } from './expansion.ts';
import { lookup } from './records.ts';
import type { VolumeMount } from './types.ts';

/**
 * The path inside the volume that a mount shows, undefined for the whole volume: `subPath`, or `subPathExpr` expanded
 * with `environment`. Throws `ConfigError` when a variable is missing or empty, or the path would leave the volume.
 */
export function mountSubPath(mount: VolumeMount, environment: Readonly<Record<string, string>>): string | undefined {
  const path = mount.subPathExpr ? expandSubPath(mount.subPathExpr, environment) : mount.subPath;
  if (!path) return undefined;
  if (path.startsWith('/')) throw new ConfigError(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split('/').includes('..')) throw new ConfigError(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  return path;
}

function expandSubPath(expression: string, environment: Readonly<Record<string, string>>): string {
  const missing = new Set<string>();
  const path = expand(expression, (name) => {
    const value = lookup(environment, name);
    if (!value) missing.add(name);
    return value ?? '';
  });
  if (missing.size > 0) throw new ConfigError(`missing value for ${[...missing].sort().join(', ')}`);
  return path;
}
