import type { RotationPolicy } from '../logs/rotation.ts';
import { defaultRotation } from '../logs/rotation.ts';
import { parseQuantity, scaledValue } from '../pod/quantity.ts';
import type { Config } from './config-file.ts';

/** How large and how many the files of a log may be by the config file; the kubelet's defaults where it does not say. */
export function logRotation({ containerLogMaxSize, containerLogMaxFiles }: Config): RotationPolicy {
  const size = containerLogMaxSize === undefined ? undefined : parseQuantity(containerLogMaxSize);
  return {
    maxBytes: size === undefined ? defaultRotation.maxBytes : Number(scaledValue(size, 0)),
    maxFiles: containerLogMaxFiles ?? defaultRotation.maxFiles,
  };
}
