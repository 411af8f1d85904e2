import { posix } from 'node:path';
import { RuntimeError } from '../engine/runtime-service.ts';
import { utf8Bytes } from '../pod/bytes.ts';
import { fieldValue, resourceValue } from '../pod/downward-api.ts';
import { quote } from '../pod/go-quote.ts';
import { configMapBytes, secretBytes } from '../pod/object-data.ts';
import type { References } from '../pod/references.ts';
import type { Api, KeyToPath, Pod, Volume } from '../pod/types.ts';

/** The files of a volume by their path inside it. */
export type Payload = ReadonlyMap<string, PayloadFile>;

export interface PayloadFile {
  readonly data: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/**
 * What a configMap, secret, downwardAPI or projected volume contains; undefined for a volume of another kind. Throws
 * `RuntimeError` FailedMount when something that is not optional is missing. Projected tokens and certificates are left
 * out: `unsupportedProjections` names them.
 */
export function volumePayload(pod: Pod, volume: Volume, references: References): Payload | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  const context = { pod, references };
  try {
    if (configMap) return configMapFiles(configMap, modeOf(configMap), context);
    if (secret) return secretFiles({ ...secret, name: secret.secretName ?? '' }, modeOf(secret), context);
    if (downwardAPI) return downwardFiles(downwardAPI.items ?? [], modeOf(downwardAPI), context);
    if (projected) return projectedFiles(projected, context);
  } catch (cause) {
    const { message } = cause as Error;
    throw new RuntimeError('FailedMount', `MountVolume.SetUp failed for volume ${quote(volume.name)} : ${message}`, { cause });
  }
  return undefined;
}

interface Context {
  readonly pod: Pod;
  readonly references: References;
}

interface Projection {
  readonly name?: string;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

const defaultFileMode = 0o644;

function modeOf({ defaultMode = defaultFileMode }: { readonly defaultMode?: number }): number {
  return defaultMode;
}

function configMapFiles({ name = '', items, optional = false }: Projection, mode: number, { references }: Context): Payload {
  const found = references.configMap(name);
  if (found === undefined && !optional) throw new Error(`configmap ${quote(name)} not found`);
  const missing = (key: string) => `configmap references non-existent config key: ${key}`;
  return select(found ? configMapBytes(found) : new Map(), { items, optional, mode, missing });
}

function secretFiles({ name = '', items, optional = false }: Projection, mode: number, { references }: Context): Payload {
  const found = references.secret(name);
  if (found === undefined && !optional) throw new Error(`secret ${quote(name)} not found`);
  const missing = (key: string) => `references non-existent secret key: ${key}`;
  return select(found ? secretBytes(found) : new Map(), { items, optional, mode, missing });
}

interface Selection {
  readonly items: readonly KeyToPath[] | undefined;
  readonly optional: boolean;
  readonly mode: number;
  readonly missing: (key: string) => string;
}

/** All keys as files of their name, or those of `items` at their paths. */
function select(content: ReadonlyMap<string, Uint8Array>, { items = [], optional, mode, missing }: Selection): Payload {
  if (items.length === 0) return new Map([...content].map(([key, data]) => [key, { data, mode }]));
  const files = new Map<string, PayloadFile>();
  for (const item of items) {
    const data = content.get(item.key);
    if (data !== undefined) files.set(posix.normalize(item.path), { data, mode: item.mode ?? mode });
    else if (!optional) throw new Error(missing(item.key));
  }
  return files;
}

function downwardFiles(items: readonly Api<'DownwardAPIVolumeFile'>[], mode: number, { pod, references }: Context): Payload {
  return merge(
    items.map(({ path, fieldRef, resourceFieldRef, mode: own }) => () => {
      const field = fieldRef && fieldValue(pod, references, fieldRef.fieldPath);
      const value = resourceFieldRef ? resourceValue(pod, references, resourceFieldRef) : (field ?? '');
      return new Map([[posix.normalize(path), { data: utf8Bytes(value), mode: own ?? mode }]]);
    }),
  );
}

function projectedFiles(projected: Api<'ProjectedVolumeSource'>, context: Context): Payload {
  const mode = modeOf(projected);
  return merge(
    projected.sources.map(({ configMap, secret, downwardAPI }) => () => {
      if (configMap) return configMapFiles(configMap, mode, context);
      if (secret) return secretFiles(secret, mode, context);
      return downwardFiles(downwardAPI?.items ?? [], mode, context);
    }),
  );
}

/** The files of all parts, a later one replacing an earlier one. Every part that fails is named, as `[one, other]`. */
function merge(parts: readonly (() => Payload)[]): Payload {
  const files = new Map<string, PayloadFile>();
  const failures: string[] = [];
  for (const part of parts) {
    try {
      for (const [path, file] of part()) files.set(path, file);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  if (failures.length === 0) return files;
  throw new Error(failures.length === 1 ? failures[0] : `[${failures.join(', ')}]`);
}
