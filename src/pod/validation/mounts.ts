import type { Volume, VolumeMount } from '../types.ts';
import type { AnyContainer, SpecContext } from './context.ts';
import { type Errors, forbidden, invalid, notFound, notSupported, required } from './field-error.ts';
import { validateDescendingPath } from './paths.ts';

/** `volumeMounts` of a container. */
export function* validateVolumeMounts(container: AnyContainer, { volumes }: SpecContext, field: string): Errors {
  const { volumeMounts = [], volumeDevices = [], securityContext } = container;
  const paths = new Set<string>();
  for (const [i, mount] of volumeMounts.entries()) {
    const path = `${field}[${i}]`;
    const { name, mountPath, subPath, subPathExpr } = mount;
    if (name === '') yield required(`${path}.name`);
    if (!volumes.has(name)) yield notFound(`${path}.name`, name);
    if (mountPath === '') yield required(`${path}.mountPath`);
    if (paths.has(mountPath)) yield invalid(`${path}.mountPath`, mountPath, 'must be unique');
    paths.add(mountPath);
    if (volumeDevices.some((device) => device.name === name))
      yield invalid(`${path}.name`, name, 'must not already exist in volumeDevices');
    if (devicePaths(volumeDevices).has(mountPath))
      yield invalid(`${path}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices');
    // The API server leaves out the index from here on.
    if (subPath) yield* validateDescendingPath(subPath, `${field}.subPath`);
    if (subPath && subPathExpr) yield invalid(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive');
    if (subPathExpr) yield* validateDescendingPath(subPathExpr, `${field}.subPathExpr`);
    yield* validatePropagation(mount, securityContext?.privileged === true, `${field}.mountPropagation`);
    yield* validateRecursiveReadOnly(mount, `${field}.recursiveReadOnly`);
  }
}

function* validatePropagation({ mountPropagation }: VolumeMount, isPrivileged: boolean, field: string): Errors {
  const supported = ['Bidirectional', 'HostToContainer', 'None'];
  if (mountPropagation === undefined) return;
  if (!supported.includes(mountPropagation)) yield notSupported(field, mountPropagation, supported);
  if (mountPropagation === 'Bidirectional' && !isPrivileged) {
    yield forbidden(field, 'Bidirectional mount propagation is available only to privileged containers');
  }
}

function* validateRecursiveReadOnly({ recursiveReadOnly, readOnly, mountPropagation = 'None' }: VolumeMount, field: string): Errors {
  const supported = ['Disabled', 'Enabled', 'IfPossible'];
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return;
  if (!supported.includes(recursiveReadOnly)) {
    yield notSupported(field, recursiveReadOnly, supported);
    return;
  }
  if (!readOnly) yield forbidden(field, 'may only be specified when readOnly is true');
  if (mountPropagation !== 'None') yield forbidden(field, 'may only be specified when mountPropagation is None or not specified');
}

/** `volumeDevices` of a container: raw block devices, which only claims can give. */
export function* validateVolumeDevices(
  { volumeDevices = [], volumeMounts = [] }: AnyContainer,
  { volumes }: SpecContext,
  field: string,
): Errors {
  const paths = new Set<string>();
  const names = new Set<string>();
  const mountPaths = new Map(volumeMounts.map(({ name, mountPath }) => [name, mountPath]));
  for (const [i, { name, devicePath }] of volumeDevices.entries()) {
    const path = `${field}[${i}]`;
    const volume = volumes.get(name);
    if (name === '') yield required(`${path}.name`);
    if (names.has(name)) yield invalid(`${path}.name`, name, 'must be unique');
    if (volume && !isClaim(volume)) {
      yield invalid(`${path}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode');
    }
    if (!volume) yield notFound(`${path}.name`, name);
    if (devicePath === '') yield required(`${path}.devicePath`);
    if (paths.has(devicePath)) yield invalid(`${path}.devicePath`, devicePath, 'must be unique');
    if (devicePath.split('/').includes('..')) yield invalid(`${path}.devicePath`, devicePath, "can not contain backsteps ('..')");
    else paths.add(devicePath);
    if (mountPaths.has(name)) yield invalid(`${path}.name`, name, 'must not already exist in volumeMounts');
    if ([...mountPaths.values()].includes(devicePath)) {
      yield invalid(`${path}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts');
    }
    if (name !== '') names.add(name);
  }
}

function isClaim({ persistentVolumeClaim, ephemeral }: Volume): boolean {
  return persistentVolumeClaim !== undefined || ephemeral !== undefined;
}

/** The path of the last device of each name: a name that is used twice is another error. */
function devicePaths(devices: readonly { readonly name: string; readonly devicePath: string }[]): Set<string> {
  return new Set(new Map(devices.map(({ name, devicePath }) => [name, devicePath])).values());
}
