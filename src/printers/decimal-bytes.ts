const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size as container tools show it, in units of 1000, with at least two digits: `950B`, `6.2MB`, `48MB`. */
export function decimalBytes(bytes: number): string {
  let value = bytes;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return `${index > 0 && value < 10 ? value.toFixed(1) : Math.round(value)}${units[index] ?? ''}`;
}
