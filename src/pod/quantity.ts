/**
 * An amount as the API writes it: "100m", "1.5Gi", "2e3". The value is `mantissa * 10 ** exponent`, exactly.
 * Source of all rules here: resource.Quantity of the API machinery.
 */
export interface Quantity {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** The text it was written in, where that text is kept as its printed form. */
  readonly text?: string;
}

/** How a quantity is printed: with the suffixes m, k, M; with Ki, Mi, Gi; or with an exponent. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export const zeroQuantity: Quantity = { mantissa: 0n, exponent: 0, format: 'DecimalSI', text: '0' };

/** -1, 0 or 1 as `a` is less than, equal to or greater than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const signs = sign(a) - sign(b);
  if (signs !== 0) return Math.sign(signs);
  if (a.mantissa === 0n) return 0;
  // Orders of magnitude first, so that "1e999999999" never has to be written out.
  const magnitudes = digitCount(a.mantissa) + a.exponent - (digitCount(b.mantissa) + b.exponent);
  if (magnitudes !== 0) return Math.sign(magnitudes) * sign(a);
  const exponent = Math.min(a.exponent, b.exponent);
  const difference = scaleTo(a, exponent) - scaleTo(b, exponent);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}

/** Of exponents: a quantity this many digits away from another is all or nothing beside it. */
const longestDistance = 10_000;

/** The sum, printed in the format of the first that is not zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const { format } = a.mantissa === 0n ? b : a;
  if (a.mantissa === 0n) return { mantissa: b.mantissa, exponent: b.exponent, format };
  if (b.mantissa === 0n) return { mantissa: a.mantissa, exponent: a.exponent, format };
  // Beyond this distance the smaller one cannot matter, and the sum would only cost memory.
  if (Math.abs(a.exponent - b.exponent) > longestDistance) {
    const { mantissa, exponent } = a.exponent > b.exponent ? a : b;
    return { mantissa, exponent, format };
  }
  const exponent = Math.min(a.exponent, b.exponent);
  return { mantissa: scaleTo(a, exponent) + scaleTo(b, exponent), exponent, format };
}

/** The difference, printed in the format of the first that is not zero. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return addQuantities(a, { mantissa: -b.mantissa, exponent: b.exponent, format: b.format });
}

/** `a / b`, as exactly as a number can say it; for what is drawn, not for what is decided. */
export function quantityRatio(a: Quantity, b: Quantity): number {
  const [x, y] = [leadingDigits(a), leadingDigits(b)];
  return x.digits === 0 ? 0 : (x.digits / y.digits) * 10 ** (x.exponent - y.exponent);
}

/** Rounds away from zero to a multiple of `10 ** exponent`; one that is such a multiple keeps its text. */
export function roundUp(quantity: Quantity, exponent: number): Quantity {
  if (quantity.exponent >= exponent) return quantity;
  return { mantissa: divideUp(quantity.mantissa, exponent - quantity.exponent), exponent, format: quantity.format };
}

/** The value in units of `10 ** exponent` (-3 for millis, 0 for bytes or whole CPUs), rounded away from zero. */
export function scaledValue(quantity: Quantity, exponent: number): bigint {
  return scaleTo(roundUp(quantity, exponent), exponent);
}

export function isNegative(quantity: Quantity): boolean {
  return quantity.mantissa < 0n;
}

export function isPositive(quantity: Quantity): boolean {
  return quantity.mantissa > 0n;
}

/** Whether the value, rounded up to millis, is a whole number. */
export function isWhole(quantity: Quantity): boolean {
  return quantity.exponent >= 0 || scaledValue(quantity, -3) % 1000n === 0n;
}

const decimalSuffixes = new Map([
  [-9, 'n'],
  [-6, 'u'],
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
  [15, 'P'],
  [18, 'E'],
]);
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The canonical text: no fraction, the largest suffix that loses nothing; 1.5 becomes "1500m", 0.5Gi "512Mi". */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.mantissa === 0n) return '0';
  // Where writing all digits out would only cost memory, an exponent says the same.
  if (quantity.exponent > longestDistance) return formatDecimal({ ...quantity, format: 'DecimalExponent' });
  if (quantity.format === 'BinarySI') {
    const value = scaledValue(quantity, 0);
    const isExact = compareQuantities({ mantissa: value, exponent: 0, format: 'BinarySI' }, quantity) === 0;
    if (isExact && (value <= -1024n || value >= 1024n)) return formatBinary(value);
  }
  return formatDecimal(quantity);
}

function formatBinary(value: bigint): string {
  let [mantissa, power] = [value, 0];
  for (; mantissa % 1024n === 0n; power++) mantissa /= 1024n;
  return `${mantissa.toString()}${binarySuffixes[power] ?? ''}`;
}

function formatDecimal({ mantissa, exponent, format }: Quantity): string {
  let [digits, power] = [mantissa, exponent];
  for (; digits % 10n === 0n; power++) digits /= 10n;
  for (; power % 3 !== 0; power--) digits *= 10n;
  if (format !== 'DecimalExponent') return `${digits.toString()}${decimalSuffixes.get(power) ?? ''}`;
  return power === 0 ? digits.toString() : `${digits.toString()}e${power}`;
}

const maxBinary = 2n ** 63n - 1n;
const syntax = /^[+-]?0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/**
 * Reads a quantity; undefined when the text is none. More digits than nano are rounded up, binary amounts are capped
 * at 2^63 - 1. A text that is canonical already is kept as it is ("100e-3", "1.500", "+5").
 */
export function parseQuantity(text: string): Quantity | undefined {
  // Defaulting, validation and every sum read the same few texts again.
  let quantity = parsed.get(text);
  if (quantity === undefined && !parsed.has(text)) {
    quantity = parseText(text);
    if (parsed.size >= mostParsed) parsed.clear();
    parsed.set(text, quantity);
  }
  return quantity;
}

const parsed = new Map<string, Quantity | undefined>();
const mostParsed = 1000;

function parseText(text: string): Quantity | undefined {
  if (text === '0') return zeroQuantity;
  const match = text === '' ? undefined : syntax.exec(text);
  const unit = match && interpretSuffix(match[3] ?? '');
  if (!match || !unit) return undefined;
  const whole = match[1] || '0';
  const fraction = match[2] ?? '';
  const digits = whole + fraction;
  const magnitude = BigInt(digits) * (text.startsWith('-') ? -1n : 1n);
  const exponent = unit.exponent - fraction.length;
  if (isShort(unit, whole, fraction)) {
    const quantity = { mantissa: magnitude * unit.factor, exponent, format: unit.format };
    const isCanonical =
      unit.format === 'BinarySI' ? (magnitude & 7n) !== 0n : exponent % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
    return isCanonical ? { ...quantity, text } : quantity;
  }
  if (!/[0-9]/.test(text.slice(0, text.length - (match[3] ?? '').length))) return undefined;
  return limit({ mantissa: magnitude * unit.factor, exponent, format: unit.format });
}

/** Whether the API holds the value in 64 bits, which is where it may keep the text. */
function isShort(unit: Suffix, whole: string, fraction: string): boolean {
  if (unit.format !== 'BinarySI') return whole.length + fraction.length <= 18 && unit.exponent - fraction.length >= -9;
  if (fraction !== '') return false;
  return 15 - whole.length - Math.trunc((unit.power * 3) / 10) - 1 >= 0;
}

function limit(quantity: Quantity): Quantity {
  const { mantissa, exponent, format } = roundUp(quantity, -9);
  if (format !== 'BinarySI') return { mantissa, exponent, format };
  const isFraction = mantissa !== 0n && digitCount(mantissa) + exponent <= 0;
  if (isFraction) return { mantissa, exponent, format: 'DecimalSI' };
  const max = { mantissa: mantissa < 0n ? -maxBinary : maxBinary, exponent: 0, format };
  const isOver = compareQuantities({ mantissa, exponent, format }, max) * (mantissa < 0n ? -1 : 1) > 0;
  return isOver ? max : { mantissa, exponent, format };
}

interface Suffix {
  format: QuantityFormat;
  /** Powers of ten, for the decimal formats. */
  exponent: number;
  /** Powers of two, for the binary one, and what they are worth. */
  power: number;
  factor: bigint;
}

function interpretSuffix(suffix: string): Suffix | undefined {
  for (const [exponent, name] of decimalSuffixes) if (name === suffix) return { format: 'DecimalSI', exponent, power: 0, factor: 1n };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { format: 'BinarySI', exponent: 0, power: binary * 10, factor: 1024n ** BigInt(binary) };
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) return undefined;
  const exponent = Number(suffix.slice(1));
  if (Math.abs(exponent) >= 2 ** 31) return undefined;
  return { format: 'DecimalExponent', exponent, power: 0, factor: 1n };
}

function sign({ mantissa }: Quantity): number {
  return mantissa === 0n ? 0 : mantissa > 0n ? 1 : -1;
}

function digitCount(mantissa: bigint): number {
  return (mantissa < 0n ? -mantissa : mantissa).toString().length;
}

/** As many digits as a number holds, so that no mantissa is too long for one. */
function leadingDigits({ mantissa, exponent }: Quantity): { digits: number; exponent: number } {
  const excess = Math.max(digitCount(mantissa) - 15, 0);
  return { digits: Number(mantissa / 10n ** BigInt(excess)), exponent: exponent + excess };
}

function scaleTo({ mantissa, exponent }: Quantity, target: number): bigint {
  return mantissa * 10n ** BigInt(exponent - target);
}

function divideUp(mantissa: bigint, powerOfTen: number): bigint {
  if (mantissa === 0n) return 0n;
  const unit = mantissa < 0n ? -1n : 1n;
  if (powerOfTen > digitCount(mantissa)) return unit;
  const divisor = 10n ** BigInt(powerOfTen);
  const quotient = mantissa / divisor;
  return mantissa % divisor === 0n ? quotient : quotient + unit;
}
