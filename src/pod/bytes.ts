// Conversions between text and bytes by what browsers and Node.js share; the pure folders are compiled without the
// types of either, so the few signatures stand here.

declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare function atob(base64: string): string;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Bytes that are not UTF-8 become U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Standard base64, line breaks allowed. Throws when `base64` is something else. */
export function base64Bytes(base64: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(base64);
  } catch (cause) {
    throw new Error(`not base64: ${JSON.stringify(base64.slice(0, 20))}; encode the value, or use stringData of a Secret`, { cause });
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
