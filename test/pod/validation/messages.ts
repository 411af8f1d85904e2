import { applyDefaults } from '../../../src/pod/defaults.ts';
import { validatePod } from '../../../src/pod/validation/validate-pod.ts';

type Fields = Record<string, unknown>;

export const app = { name: 'app', image: 'busybox' };

/** The messages for a Pod that is valid but for the given fields of its spec and its metadata. */
export function specMessages(spec: Fields, metadata: Fields = {}): string[] {
  const pod = { metadata: { name: 'pod', ...metadata }, spec: { containers: [app], ...spec } };
  return validatePod(applyDefaults(pod)).map(({ message }) => message);
}

/** The same for a Pod with one container that has the given fields. */
export function containerMessages(container: Fields, spec: Fields = {}): string[] {
  return specMessages({ containers: [{ ...app, ...container }], ...spec });
}

/** The same for a Pod with one volume, which has the given sources. */
export function volumeMessages(sources: Fields, spec: Fields = {}): string[] {
  return specMessages({ volumes: [{ name: 'data', ...sources }], ...spec });
}
