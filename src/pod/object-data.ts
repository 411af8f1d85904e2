import { base64Bytes, utf8Bytes } from './bytes.ts';
import type { ConfigMap, Secret } from './types.ts';

/** The bytes of a ConfigMap by key: `data` and `binaryData`. */
export function configMapBytes(configMap: ConfigMap): Map<string, Uint8Array> {
  const bytes = new Map<string, Uint8Array>();
  for (const [key, base64] of Object.entries(configMap.binaryData ?? {})) bytes.set(key, base64Bytes(base64));
  for (const [key, text] of Object.entries(configMap.data ?? {})) bytes.set(key, utf8Bytes(text));
  return bytes;
}

/** The bytes of a Secret by key: `data`, overridden by `stringData` as the API server does when it stores one. */
export function secretBytes(secret: Secret): Map<string, Uint8Array> {
  const bytes = new Map<string, Uint8Array>();
  for (const [key, base64] of Object.entries(secret.data ?? {})) bytes.set(key, base64Bytes(base64));
  for (const [key, text] of Object.entries(secret.stringData ?? {})) bytes.set(key, utf8Bytes(text));
  return bytes;
}
