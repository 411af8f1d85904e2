import type { ContainerStatus, Pod } from '../../pod/types.ts';
import { badRequest } from '../api-error.ts';

/**
 * The container that a request is about, its only one where none is named.
 *
 * @throws ApiError in the API server's words.
 */
export function chooseContainer({ metadata: { name }, spec }: Pod, given: string | null): string {
  const regular = spec.containers.map((container) => container.name);
  const init = (spec.initContainers ?? []).map((container) => container.name);
  if (given !== null && given !== '') {
    const ephemeral = (spec.ephemeralContainers ?? []).map((container) => container.name);
    if ([...regular, ...init, ...ephemeral].includes(given)) return given;
    throw badRequest(`container ${given} is not valid for pod ${name}`);
  }
  const [only] = regular;
  if (only !== undefined && regular.length === 1) return only;
  const orInit = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`;
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${regular.join(' ')}]${orInit}`);
}

export function statusOfContainer({ status }: Pod, container: string): ContainerStatus | undefined {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status;
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find(({ name }) => name === container);
}
