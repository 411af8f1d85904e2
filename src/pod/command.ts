import { expand, lookupIn } from './expansion.ts';
import type { Container } from './types.ts';

/** What an image says about its command, in the OCI image configuration's own names. */
export interface ImageCommand {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
}

/**
 * The whole command line of a container, or an empty list when neither the container nor the image has one. `command`
 * replaces the image's Entrypoint and drops its Cmd, `args` replaces the Cmd. The container's own words are expanded
 * with `environment` (what `containerEnvironment` gives, without the image's variables), the image's are taken as they are.
 */
export function containerCommand(container: Container, image: ImageCommand, environment: Readonly<Record<string, string>>): string[] {
  const lookup = lookupIn(environment);
  const command = (container.command ?? []).map((word) => expand(word, lookup));
  const args = (container.args ?? []).map((word) => expand(word, lookup));
  if (command.length > 0) return [...command, ...args];
  return [...(image.Entrypoint ?? []), ...(args.length > 0 ? args : (image.Cmd ?? []))];
}

/**
 * The command of an exec probe, expanded only with what stands literally in `env[].value`: a variable with `valueFrom`
 * expands to nothing, one of `envFrom` stays as written. Hooks are not expanded at all.
 */
export function execProbeCommand(container: Container, command: readonly string[]): string[] {
  const literal = new Map((container.env ?? []).map(({ name, value }) => [name, value ?? '']));
  return command.map((word) => expand(word, (name) => literal.get(name)));
}
