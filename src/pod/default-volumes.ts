import { parseImageReference } from './image-reference.ts';
import type { Api, Volume } from './types.ts';

/** Fills in what the sources of a volume leave out; a volume without a source is an emptyDir. */
export function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((field) => field === 'name')) volume.emptyDir = {};
  const { hostPath, secret, configMap, downwardAPI, projected, image, ephemeral } = volume;
  if (hostPath) hostPath.type ??= '';
  for (const source of [secret, configMap, downwardAPI, projected]) if (source) source.defaultMode ??= 0o644;
  for (const item of downwardAPI?.items ?? []) defaultFieldRef(item.fieldRef);
  for (const source of projected?.sources ?? []) defaultProjection(source);
  if (image) image.pullPolicy ||= defaultPullPolicy(image.reference);
  if (ephemeral?.volumeClaimTemplate) ephemeral.volumeClaimTemplate.spec.volumeMode ??= 'Filesystem';
  defaultNetworkVolume(volume);
}

/** `Always` for an image that is or becomes `:latest`, otherwise `IfNotPresent`. */
export function defaultPullPolicy(image = ''): string {
  return parseImageReference(image)?.tag === 'latest' ? 'Always' : 'IfNotPresent';
}

export function defaultFieldRef(fieldRef: Api<'ObjectFieldSelector'> | undefined): void {
  if (fieldRef) fieldRef.apiVersion ||= 'v1';
}

function defaultProjection({ serviceAccountToken, downwardAPI }: Api<'VolumeProjection'>): void {
  if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
  for (const item of downwardAPI?.items ?? []) defaultFieldRef(item.fieldRef);
}

function defaultNetworkVolume({ iscsi, rbd, scaleIO, azureDisk }: Volume): void {
  if (iscsi) iscsi.iscsiInterface ||= 'default';
  if (rbd) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
    azureDisk.kind ??= 'Shared';
  }
}
