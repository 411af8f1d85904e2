import { randomBytes } from 'node:crypto';

/** What a container is called at the engine: for people; the labels say what it is. Never the same twice. */
export function uniqueName(pod: string, part: string, attempt: number): string {
  return `outrider-${pod}-${part}-${attempt}-${randomBytes(4).toString('hex')}`;
}
