import { parseImageReference } from '../pod/image-reference.ts';
import type { Container, Pod } from '../pod/types.ts';
import { knownSidecars, sidecarWords } from './known-sidecars.ts';

/** A main container that looks as if it served another one. A guess: each reason is what it is built on. */
export interface TraditionalSidecar {
  readonly container: string;
  readonly reasons: readonly SidecarReason[];
}

export type SidecarReason =
  /** The image is known for that. */
  | { readonly kind: 'image'; readonly image: string; readonly does: string }
  | { readonly kind: 'name'; readonly word: string }
  /** Its command follows a file in a volume that others write. */
  | { readonly kind: 'command'; readonly program: string; readonly volume: string }
  /** It only reads a volume that others write. */
  | { readonly kind: 'volume'; readonly volume: string; readonly writers: readonly string[] };

const weights: Readonly<Record<SidecarReason['kind'], number>> = { image: 2, name: 2, command: 2, volume: 1 };
const enough = 2;

/**
 * The entries of containers that probably are traditional sidecars. A Pod always keeps a main container: what
 * `kubectl.kubernetes.io/default-container` names, otherwise the one that least speaks for, the first of several.
 */
export function traditionalSidecars({ metadata, spec: { containers } }: Pod): TraditionalSidecar[] {
  const named = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const found = containers.map((container) => ({ container: container.name, reasons: reasonsFor(container, containers) }));
  const main =
    found.find(({ container }) => container === named) ??
    found.reduce<(typeof found)[number] | undefined>(
      (least, one) => (least === undefined || weight(one) < weight(least) ? one : least),
      undefined,
    );
  return found.filter((one) => one !== main && weight(one) >= enough);
}

/** The last part of an image's path and, where that says little, the one before: `fluentd`, `istio/proxyv2`. */
export function imageName(image: string): string {
  return parseImageReference(image)?.path.replace(/^library\//, '') ?? image;
}

function weight({ reasons }: TraditionalSidecar): number {
  return reasons.reduce((sum, { kind }) => sum + weights[kind], 0);
}

function reasonsFor(container: Container, all: readonly Container[]): SidecarReason[] {
  const image = imageName(container.image);
  const known = knownSidecars.find((candidate) => candidate.image.test(image));
  const word = container.name.split('-').find((part) => sidecarWords.has(part));
  const shared = readVolumes(container, all);
  const program = [...(container.command ?? []), ...(container.args ?? [])].some((text) => /\btail\b.*\s-\w*[fF]|^tail$/.test(text));
  return [
    ...(known ? [{ kind: 'image', image, does: known.does } as const] : []),
    ...(word !== undefined ? [{ kind: 'name', word } as const] : []),
    ...(program && shared[0] !== undefined ? [{ kind: 'command', program: 'tail', volume: shared[0].volume } as const] : []),
    ...shared,
  ];
}

/** Volumes that the container cannot write and another one can. */
function readVolumes({ name, volumeMounts = [] }: Container, all: readonly Container[]): Extract<SidecarReason, { kind: 'volume' }>[] {
  const read = volumeMounts.filter((mount) => mount.readOnly === true).map((mount) => mount.name);
  const written = volumeMounts.filter((mount) => mount.readOnly !== true).map((mount) => mount.name);
  return [...new Set(read)].flatMap((volume) => {
    if (written.includes(volume)) return [];
    const writers = all
      .filter((other) => other.name !== name && other.volumeMounts?.some((mount) => mount.name === volume && mount.readOnly !== true))
      .map((other) => other.name);
    return writers.length === 0 ? [] : [{ kind: 'volume', volume, writers } as const];
  });
}
