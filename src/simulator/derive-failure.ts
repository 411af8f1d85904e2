import { ConfigError } from '../pod/config-error.ts';
import { containerEnvironment } from '../pod/environment.ts';
import { imageNameProblem } from '../pod/image-name-problem.ts';
import type { References } from '../pod/references.ts';
import type { Container, Pod } from '../pod/types.ts';
import type { Attempt } from './behaviour.ts';

/** What of the manifests alone keeps a container from starting: an image name, a ConfigMap or Secret that is not there. */
export function deriveFailure(pod: Pod, container: Container, references: References | undefined): Attempt['fails'] {
  const problem = imageNameProblem(container.image);
  if (problem !== undefined) return { at: 'pull', reason: 'InvalidImageName', message: problem };
  if (references === undefined) return undefined;
  try {
    containerEnvironment(pod, container, references, { podIPs: ['10.0.0.1'], hostIPs: ['192.0.2.1'] });
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return { at: 'create', message: error.message };
    throw error;
  }
}
