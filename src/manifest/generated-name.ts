// The API server and the controllers end the names they make in letters and digits that form no words.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const longestBase = 63 - suffixLength;

/** `base` and five characters that depend on `seed` alone: the same manifest always gives the same name. */
export function generatedName(base: string, seed: string): string {
  let number = hash(seed);
  let suffix = '';
  for (let i = 0; i < suffixLength; i++) {
    suffix += alphabet.charAt(number % alphabet.length);
    number = Math.floor(number / alphabet.length);
  }
  return base.slice(0, longestBase) + suffix;
}

/** The hash of a template as controllers put it into labels and names. */
export function templateHash(template: unknown): string {
  return Array.from(String(hash(JSON.stringify(template ?? null))), (digit) => alphabet.charAt(digit.charCodeAt(0) % alphabet.length)).join(
    '',
  );
}

/** Eight digits, as a CronJob's Jobs have them (minutes since the epoch). */
export function scheduleNumber(seed: string): string {
  return String(20_000_000 + (hash(seed) % 10_000_000));
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}
