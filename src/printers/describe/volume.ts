import type { Volume } from '../../pod/types.ts';
import type { Row } from '../tab-writer.ts';
import { row } from './rows.ts';

/** The Pod's volumes. Of kinds that only a cluster has there is nothing to say. */
export function volumeRows(volumes: readonly Volume[] | undefined): Row[] {
  if (volumes === undefined || volumes.length === 0) return [row(0, 'Volumes:', '<none>')];
  return [row(0, 'Volumes:'), ...volumes.flatMap((volume) => [row(1, `${volume.name}:`), ...sourceRows(volume)])];
}

function sourceRows(volume: Volume): Row[] {
  const { hostPath, emptyDir, secret, configMap, persistentVolumeClaim, projected, downwardAPI, ephemeral, image } = volume;
  if (hostPath !== undefined) {
    const fields = { Path: hostPath.path, HostPathType: hostPath.type ?? '<none>' };
    return typed('HostPath (bare host directory volume)', fields);
  }
  if (emptyDir !== undefined) {
    const { medium = '', sizeLimit = '<unset>' } = emptyDir;
    return typed("EmptyDir (a temporary directory that shares a pod's lifetime)", { Medium: medium, SizeLimit: sizeLimit });
  }
  if (secret !== undefined) {
    const { secretName = '', optional = false } = secret;
    return typed('Secret (a volume populated by a Secret)', { SecretName: secretName, Optional: String(optional) });
  }
  if (configMap !== undefined) {
    const { name = '', optional = false } = configMap;
    return typed('ConfigMap (a volume populated by a ConfigMap)', { Name: name, Optional: String(optional) });
  }
  if (persistentVolumeClaim !== undefined) {
    const { claimName, readOnly = false } = persistentVolumeClaim;
    const fields = { ClaimName: claimName, ReadOnly: String(readOnly) };
    return typed('PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)', fields);
  }
  if (projected !== undefined) {
    const sources = projected.sources.flatMap(projectedRows);
    return [...typed('Projected (a volume that contains injected data from multiple sources)', {}), ...sources];
  }
  if (downwardAPI !== undefined) {
    const items = (downwardAPI.items ?? []).map(({ path, fieldRef, resourceFieldRef }) =>
      row(3, `${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ''} -> ${path}`),
    );
    return [...typed('DownwardAPI (a volume populated by information about the pod)', {}), row(2, 'Items:'), ...items];
  }
  if (ephemeral !== undefined) {
    return typed('EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)', {});
  }
  if (image !== undefined) {
    const { reference = '', pullPolicy = '' } = image;
    return typed('Image (a container image or OCI artifact)', { Reference: reference, PullPolicy: pullPolicy });
  }
  return [row(1, '<unknown>')];
}

type ProjectedSource = NonNullable<Volume['projected']>['sources'][number];

function projectedRows({ secret, configMap, downwardAPI, serviceAccountToken }: ProjectedSource): Row[] {
  const named = (title: string, { name = '', optional = false }: { name?: string; optional?: boolean }): Row[] =>
    Object.entries({ [title]: name, Optional: String(optional) }).map(([key, value]) => row(2, `${key}:`, value));
  if (secret !== undefined) return named('SecretName', secret);
  if (downwardAPI !== undefined) return [row(2, 'DownwardAPI:', 'true')];
  if (configMap !== undefined) return named('ConfigMapName', configMap);
  if (serviceAccountToken === undefined) return [];
  return [row(2, 'TokenExpirationSeconds:', String(serviceAccountToken.expirationSeconds ?? 3600))];
}

function typed(type: string, fields: Readonly<Record<string, string>>): Row[] {
  return [row(2, 'Type:', type), ...Object.entries(fields).map(([name, value]) => row(2, `${name}:`, value))];
}
