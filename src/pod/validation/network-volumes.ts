import { sortedEntries } from '../records.ts';
import type { Api } from '../types.ts';
import { type Errors, invalid, invalidBecause, Json, notSupported, required, tooLong } from './field-error.ts';
import { byteLength, dnsLabel, dnsSubdomain, inRange } from './formats.ts';

// Volumes that come over a network or from a cloud. Most rules only ask for the fields that are needed.

export function validateGcePersistentDisk({ pdName, partition = 0 }: Api<'GCEPersistentDiskVolumeSource'>, field: string): Errors {
  return validateDisk({ pdName }, partition, field);
}

export function validateAwsElasticBlockStore({ volumeID, partition = 0 }: Api<'AWSElasticBlockStoreVolumeSource'>, field: string): Errors {
  return validateDisk({ volumeID }, partition, field);
}

function* validateDisk(names: Readonly<Record<string, string>>, partition: number, field: string): Errors {
  yield* requireFields(names, field);
  if (partition < 0 || partition > 255) yield invalid(`${field}.partition`, partition, 'must be between 1 and 255, inclusive');
}

export function* validateNfs({ server, path }: Api<'NFSVolumeSource'>, field: string): Errors {
  yield* requireFields({ server, path }, field);
  if (!path.startsWith('/')) yield invalid(`${field}.path`, path, 'must be an absolute path');
}

export function* validateIscsi(iscsi: Api<'ISCSIVolumeSource'>, field: string): Errors {
  const { targetPortal, iqn, lun, chapAuthDiscovery, chapAuthSession, secretRef, initiatorName } = iscsi;
  yield* requireFields({ targetPortal, iqn }, field);
  if (iqn !== '') yield* invalidBecause(`${field}.iqn`, iqn, initiatorProblems(iqn));
  yield* invalidBecause(`${field}.lun`, lun, inRange(lun, 0, 255));
  if ((chapAuthDiscovery || chapAuthSession) && !secretRef) yield required(`${field}.secretRef`);
  if (initiatorName !== undefined) yield* invalidBecause(`${field}.initiatorname`, initiatorName, initiatorProblems(initiatorName));
}

const initiatorForms: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
};

function* initiatorProblems(name: string): Generator<string> {
  const form = initiatorForms[name.slice(0, 3)];
  if (!form) yield 'must be valid format starting with iqn, eui, or naa';
  else if (!form.test(name)) yield 'must be valid format';
}

export function validateGlusterfs({ endpoints, path }: Api<'GlusterfsVolumeSource'>, field: string): Errors {
  return requireFields({ endpoints, path }, field);
}

export function* validateFlocker({ datasetName = '', datasetUUID = '' }: Api<'FlockerVolumeSource'>, field: string): Errors {
  if (datasetName === '' && datasetUUID === '') yield required(field, 'one of datasetName and datasetUUID is required');
  if (datasetName !== '' && datasetUUID !== '') {
    yield invalid(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously');
  }
  if (datasetName.includes('/')) yield invalid(`${field}.datasetName`, datasetName, "must not contain '/'");
}

export function* validateRbd({ monitors, image }: Api<'RBDVolumeSource'>, field: string): Errors {
  if (monitors.length === 0) yield required(`${field}.monitors`);
  yield* requireFields({ image }, field);
}

export function* validateCinder({ volumeID, secretRef }: Api<'CinderVolumeSource'>, field: string): Errors {
  yield* requireFields({ volumeID }, field);
  if (secretRef && !secretRef.name) yield required(`${field}.secretRef.name`);
}

export function* validateCephfs({ monitors }: Api<'CephFSVolumeSource'>, field: string): Errors {
  if (monitors.length === 0) yield required(`${field}.monitors`);
}

export function* validateQuobyte({ registry, volume, tenant = '' }: Api<'QuobyteVolumeSource'>, field: string): Errors {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (registry === '') yield required(`${field}.registry`, pairs);
  else if (byteLength(tenant) >= 65) yield required(`${field}.tenant`, 'must be a UUID and may not exceed a length of 64 characters');
  else for (const pair of registry.split(',')) if (!isHostAndPort(pair)) yield invalid(`${field}.registry`, registry, pairs);
  yield* requireFields({ volume }, field);
}

function isHostAndPort(pair: string): boolean {
  return /^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair);
}

export function* validateFibreChannel({ targetWWNs = [], wwids = [], lun }: Api<'FCVolumeSource'>, field: string): Errors {
  if (targetWWNs.length === 0 && wwids.length === 0) {
    yield required(`${field}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both');
  }
  if (targetWWNs.length === 0) return;
  if (wwids.length > 0) {
    yield invalid(`${field}.targetWWNs`, new Json(targetWWNs), 'targetWWNs and wwids can not be specified simultaneously');
  }
  if (lun === undefined) yield required(`${field}.lun`, 'lun is required if targetWWNs is specified');
  else yield* invalidBecause(`${field}.lun`, lun, inRange(lun, 0, 255));
}

export function* validateFlexVolume({ driver, options }: Api<'FlexVolumeSource'>, field: string): Errors {
  yield* requireFields({ driver }, field);
  for (const [key] of sortedEntries(options)) {
    const domain = `.${(key.includes('/') ? key.slice(0, key.indexOf('/')) : key).toLowerCase()}`;
    const isReserved = domain.endsWith('.kubernetes.io') || domain.endsWith('.k8s.io');
    if (isReserved) yield invalid(`${field}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved');
  }
}

export function validateAzureFile({ secretName, shareName }: Api<'AzureFileVolumeSource'>, field: string): Errors {
  return requireFields({ secretName, shareName }, field);
}

export function* validateAzureDisk({ diskName, diskURI, cachingMode, kind }: Api<'AzureDiskVolumeSource'>, field: string): Errors {
  const cachingModes = ['None', 'ReadOnly', 'ReadWrite'];
  const kinds = ['Dedicated', 'Managed', 'Shared'];
  yield* requireFields({ diskName, diskURI }, field);
  if (cachingMode !== undefined && !cachingModes.includes(cachingMode))
    yield notSupported(`${field}.cachingMode`, cachingMode, cachingModes);
  if (kind !== undefined && !kinds.includes(kind)) yield notSupported(`${field}.kind`, kind, kinds);
  if (kind === undefined) return;
  const managed = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
  const blob = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';
  const [start, form] = kind === 'Managed' ? ['/subscriptions/', managed] : ['https://', blob];
  if (!diskURI.startsWith(start)) yield notSupported(`${field}.diskURI`, diskURI, [form]);
}

export function validateVsphereVolume({ volumePath }: Api<'VsphereVirtualDiskVolumeSource'>, field: string): Errors {
  return requireFields({ volumePath }, field);
}

export function validatePhotonPersistentDisk({ pdID }: Api<'PhotonPersistentDiskVolumeSource'>, field: string): Errors {
  return requireFields({ pdID }, field);
}

export function validatePortworxVolume({ volumeID }: Api<'PortworxVolumeSource'>, field: string): Errors {
  return requireFields({ volumeID }, field);
}

export function validateScaleIo({ gateway, system, volumeName = '' }: Api<'ScaleIOVolumeSource'>, field: string): Errors {
  return requireFields({ gateway, system, volumeName }, field);
}

export function* validateStorageOs(source: Api<'StorageOSVolumeSource'>, field: string): Errors {
  const { volumeName, volumeNamespace, secretRef } = source;
  if (!volumeName) yield required(`${field}.volumeName`);
  else yield* invalidBecause(`${field}.volumeName`, volumeName, dnsLabel(volumeName));
  if (volumeNamespace) yield* invalidBecause(`${field}.volumeNamespace`, volumeNamespace, dnsLabel(volumeNamespace));
  if (secretRef && !secretRef.name) yield required(`${field}.secretRef.name`);
}

export function* validateCsi({ driver, nodePublishSecretRef }: Api<'CSIVolumeSource'>, field: string): Errors {
  if (driver === '') yield required(`${field}.driver`);
  else {
    if (byteLength(driver) > 63) yield tooLong(`${field}.driver`, 63);
    yield* invalidBecause(`${field}.driver`, driver, dnsSubdomain(driver.toLowerCase()));
  }
  if (!nodePublishSecretRef) return;
  const { name } = nodePublishSecretRef;
  if (!name) yield required(`${field}.nodePublishSecretRef.name`);
  else yield* invalidBecause(`${field}.name`, name, dnsSubdomain(name));
}

function* requireFields(values: Readonly<Record<string, string>>, field: string): Errors {
  for (const [name, value] of Object.entries(values)) if (value === '') yield required(`${field}.${name}`);
}
