import { secretBytes } from '../../../pod/object-data.ts';
import type { References } from '../../../pod/references.ts';
import type { Pod } from '../../../pod/types.ts';
import { parseDockerCfg, parseDockerConfig } from './docker-config.ts';
import type { RegistryLogin } from './registry-login.ts';

/** The names of the Pod's imagePullSecrets that are not there. */
export function missingPullSecrets({ spec }: Pod, references: References): string[] {
  return (spec.imagePullSecrets ?? []).map(({ name = '' }) => name).filter((name) => references.secret(name) === undefined);
}

/** The logins of a Pod's imagePullSecrets, in their order. One that cannot be read is named to `warn` and left out. */
export function pullSecretLogins({ metadata, spec }: Pod, references: References, warn: (line: string) => void): RegistryLogin[] {
  return (spec.imagePullSecrets ?? []).flatMap(({ name = '' }) => {
    try {
      const secret = references.secret(name);
      if (secret === undefined) return [];
      const data = secretBytes(secret);
      const text = (key: string): string | undefined => {
        const bytes = data.get(key);
        return bytes && Buffer.from(bytes).toString('utf8');
      };
      const config = text('.dockerconfigjson');
      const old = text('.dockercfg');
      if (config !== undefined) return parseDockerConfig(config).logins;
      if (old !== undefined) return parseDockerCfg(old);
      throw new Error('it has neither .dockerconfigjson nor .dockercfg');
    } catch (error) {
      warn(`Pod ${metadata.name}: imagePullSecret ${JSON.stringify(name)} is not used: ${(error as Error).message}`);
      return [];
    }
  });
}
