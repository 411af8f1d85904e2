import { quote } from './go-quote.ts';
import type { Api, Volume } from './types.ts';

/** A file of a volume, and the source it comes from where the volume has several. */
interface File {
  readonly path: string;
  readonly source?: string;
}

/** Files of one volume that lie on or in one another. */
export function* overlapWarnings(volumes: readonly Volume[]): Generator<string> {
  for (const { name, configMap, secret, downwardAPI, projected } of volumes) {
    yield* overlaps(files(configMap?.items), [], `volume ${quote(name)} (ConfigMap ${quote(configMap?.name ?? '')})`);
    yield* overlaps(files(secret?.items), [], `volume ${quote(name)} (Secret ${quote(secret?.secretName ?? '')})`);
    yield* overlaps(files(downwardAPI?.items), [], `volume ${quote(name)} (DownwardAPI)`);
    const seen: File[] = [];
    for (const source of projected?.sources ?? []) {
      if (Object.keys(source).length === 0) yield `volume ${quote(name)} (Projected) has no sources provided`;
      yield* overlaps(projectedFiles(source), seen, `volume ${quote(name)} (Projected)`);
    }
  }
}

/** Adds the files to those that were seen. */
function* overlaps(added: readonly File[], seen: File[], volume: string): Generator<string> {
  for (const file of added) {
    for (const other of seen) {
      const isOverlap = isIn(file.path, other.path) || isIn(other.path, file.path);
      if (isOverlap) yield `${volume}: overlapping paths: ${describe(file)} with ${describe(other)}`;
    }
    seen.push(file);
  }
}

function isIn(path: string, folder: string): boolean {
  return path !== '' && folder !== '' && `${path}/`.startsWith(`${folder}/`);
}

function describe({ path, source }: File): string {
  return source === undefined ? quote(path) : `${quote(path)} (${source})`;
}

/** Only the first kind of a source counts; more than one is an error anyway. */
function projectedFiles({ configMap, secret, downwardAPI, serviceAccountToken }: Api<'VolumeProjection'>): File[] {
  if (configMap?.items) return files(configMap.items, `ConfigMap ${quote(configMap.name ?? '')}`);
  if (secret?.items) return files(secret.items, `Secret ${quote(secret.name ?? '')}`);
  if (downwardAPI?.items) return files(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken ? files([serviceAccountToken], 'ServiceAccountToken') : [];
}

function files(items: readonly { readonly path: string }[] = [], source?: string): File[] {
  return items.map(({ path }) => ({ path: path.replace(/\/+$/, ''), ...(source !== undefined && { source }) }));
}
