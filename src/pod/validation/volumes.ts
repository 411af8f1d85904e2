import type { ObjectMeta, Volume } from '../types.ts';
import { duplicate, type Errors, type FieldError, forbidden, invalid, invalidBecause, required } from './field-error.ts';
import { dnsLabel, dnsSubdomain } from './formats.ts';
import * as network from './network-volumes.ts';
import { validateDownwardApi } from './downward-api.ts';
import { validateProjected } from './projected.ts';
import * as local from './volume-sources.ts';

/** `spec.volumes`; returns the valid ones by name. */
export function* validateVolumes(
  volumes: readonly Volume[],
  metadata: ObjectMeta,
  field: string,
): Generator<FieldError, ReadonlyMap<string, Volume>, undefined> {
  const valid = new Map<string, Volume>();
  const created = new Set(volumes.filter(({ ephemeral }) => ephemeral).map(({ name }) => `${metadata.name}-${name}`));
  for (const [i, volume] of volumes.entries()) {
    const path = `${field}[${i}]`;
    const { name, persistentVolumeClaim: claim } = volume;
    const errors = [...validateVolume(volume, metadata, path)];
    if (valid.has(name)) errors.push(duplicate(`${path}.name`, name));
    if (errors.length === 0) valid.set(name, volume);
    yield* errors;
    if (metadata.name !== '' && claim && created.has(claim.claimName)) {
      const detail = 'must not reference a PVC that gets created for an ephemeral volume';
      yield invalid(`${path}.persistentVolumeClaim.claimName`, claim.claimName, detail);
    }
  }
  return valid;
}

function* validateVolume(volume: Volume, metadata: ObjectMeta, path: string): Errors {
  yield* validateSources(volume, metadata, path);
  if (volume.name === '') yield required(`${path}.name`);
  else yield* invalidBecause(`${path}.name`, volume.name, dnsLabel(volume.name));
}

type Source = Exclude<keyof Volume, 'name'>;
type Rules = { readonly [Name in Source]-?: (source: NonNullable<Volume[Name]>, field: string) => Errors };

/** In the order in which the API server looks for them: the first counts, any other is one too many. */
const rules: Rules = {
  emptyDir: local.validateEmptyDir,
  hostPath: local.validateHostPath,
  gitRepo: local.validateGitRepo,
  gcePersistentDisk: network.validateGcePersistentDisk,
  awsElasticBlockStore: network.validateAwsElasticBlockStore,
  secret: local.validateSecret,
  nfs: network.validateNfs,
  iscsi: network.validateIscsi,
  glusterfs: network.validateGlusterfs,
  flocker: network.validateFlocker,
  persistentVolumeClaim: local.validatePersistentVolumeClaim,
  rbd: network.validateRbd,
  cinder: network.validateCinder,
  cephfs: network.validateCephfs,
  quobyte: network.validateQuobyte,
  downwardAPI: validateDownwardApi,
  fc: network.validateFibreChannel,
  flexVolume: network.validateFlexVolume,
  configMap: local.validateConfigMap,
  azureFile: network.validateAzureFile,
  vsphereVolume: network.validateVsphereVolume,
  photonPersistentDisk: network.validatePhotonPersistentDisk,
  portworxVolume: network.validatePortworxVolume,
  azureDisk: network.validateAzureDisk,
  storageos: network.validateStorageOs,
  projected: validateProjected,
  scaleIO: network.validateScaleIo,
  csi: network.validateCsi,
  ephemeral: local.validateEphemeral,
  image: local.validateImage,
};

/** Where the API server spells a path in its own way: the source itself, and one that is too many. */
const ownSpelling: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };
const extraSpelling: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

function* validateSources(volume: Volume, metadata: ObjectMeta, path: string): Errors {
  let isFirst = true;
  for (const name of Object.keys(rules) as Source[]) {
    const source = volume[name];
    if (!source) continue;
    if (!isFirst) yield forbidden(`${path}.${extraSpelling[name] ?? name}`, 'may not specify more than 1 volume type');
    else yield* (rules[name] as (source: object, field: string) => Errors)(source, `${path}.${ownSpelling[name] ?? name}`);
    if (name === 'iscsi') yield* validateInitiatorLength(volume, path);
    if (name === 'ephemeral' && isFirst) yield* validateClaimName(volume, metadata, path);
    isFirst = false;
  }
  if (isFirst) yield required(path, 'must specify a volume type');
}

function* validateInitiatorLength({ name, iscsi }: Volume, path: string): Errors {
  if (iscsi?.initiatorName === undefined || `${name}:${iscsi.targetPortal}`.length <= 64) return;
  const detail = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  yield invalid(`${path}.name`, name, detail);
}

/** The claim that is made for an ephemeral volume is named after the Pod and the volume. */
function* validateClaimName({ name }: Volume, metadata: ObjectMeta, path: string): Errors {
  if (metadata.name === '' || name === '') return;
  const claim = `${metadata.name}-${name}`;
  for (const reason of dnsSubdomain(claim)) yield invalid(`${path}.name`, name, `PVC name ${JSON.stringify(claim)}: ${reason}`);
}
