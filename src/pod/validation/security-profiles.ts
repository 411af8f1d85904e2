import type { Api } from '../types.ts';
import { type Errors, invalid, Json, notSupported, required, tooLong } from './field-error.ts';
import { byteLength } from './formats.ts';
import { validateDescendingPath } from './paths.ts';

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const maxPathBytes = 4095;

export function* validateSeccompProfile(profile: Api<'SeccompProfile'> | undefined, field: string): Errors {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  if (type === '') yield required(`${field}.type`, 'type is required when seccompProfile is set');
  else if (!profileTypes.includes(type)) yield notSupported(`${field}.type`, type, profileTypes);
  if (type !== 'Localhost') {
    const shown = new Json({ Type: type, LocalhostProfile: localhostProfile ?? null });
    if (localhostProfile !== undefined) yield invalid(`${field}.localhostProfile`, shown, 'can only be set when seccomp type is Localhost');
  } else if (localhostProfile === undefined) {
    yield required(`${field}.localhostProfile`, 'must be set when seccomp type is Localhost');
  } else {
    yield* validateDescendingPath(localhostProfile, `${field}.localhostProfile`);
  }
}

export function* validateAppArmorProfile(profile: Api<'AppArmorProfile'> | undefined, field: string): Errors {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  if (type === '') yield required(`${field}.type`, 'type is required when appArmorProfile is set');
  else if (!profileTypes.includes(type)) yield notSupported(`${field}.type`, type, profileTypes);
  else if (type === 'Localhost') yield* validateAppArmorPath(localhostProfile ?? '', `${field}.localhostProfile`);
  else if (localhostProfile !== undefined) {
    yield invalid(`${field}.localhostProfile`, new Json(localhostProfile), 'can only be set when AppArmor type is Localhost');
  }
}

function* validateAppArmorPath(path: string, field: string): Errors {
  if (path.trim() !== path) yield invalid(field, path, 'must not be padded with whitespace');
  else if (path === '') yield required(field, 'must be set when AppArmor type is Localhost');
  if (byteLength(path) > maxPathBytes) yield tooLong(field, maxPathBytes);
}
