import { quote } from '../pod/go-quote.ts';

const layout = '2006-01-02T15:04:05Z07:00';

/**
 * Go's message for a text that is no RFC 3339 time; undefined when it is one. As lenient as Go: an hour of one digit
 * and a fraction of a second are taken.
 */
export function timeError(text: string): string | undefined {
  const reader = new TimeReader(text);
  try {
    reader.read();
    return undefined;
  } catch (error) {
    if (error instanceof TimeError) return error.message;
    throw error;
  }
}

class TimeError extends Error {}

class TimeReader {
  private readonly text: string;
  private rest: string;

  constructor(text: string) {
    this.text = text;
    this.rest = text;
  }

  read(): void {
    const year = this.number(/^\d{4}/, '2006');
    this.literal('-');
    const month = this.number(/^\d\d/, '01', 'month', 1, 12);
    this.literal('-');
    const day = this.number(/^\d\d/, '02');
    this.literal('T');
    this.number(/^\d\d?/, '15', 'hour', 0, 23);
    this.literal(':');
    this.number(/^\d\d/, '04', 'minute', 0, 59);
    this.literal(':');
    this.number(/^\d\d/, '05', 'second', 0, 59);
    this.rest = this.rest.replace(/^[.,]\d+/, '');
    this.zone();
    if (this.rest !== '') throw this.problem(`extra text: ${quote(this.rest)}`);
    if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) throw this.problem('day out of range');
  }

  private number(pattern: RegExp, element: string, name = '', least = 0, most = 9999): number {
    const [digits] = pattern.exec(this.rest) ?? [];
    if (digits === undefined) throw this.mismatch(element);
    this.rest = this.rest.slice(digits.length);
    const value = Number(digits);
    if (value < least || value > most) throw this.problem(`${name} out of range`);
    return value;
  }

  private literal(char: string): void {
    if (!this.rest.startsWith(char)) throw this.mismatch(char);
    this.rest = this.rest.slice(1);
  }

  private zone(): void {
    const [offset, hours, minutes] = /^(?:Z|[+-](\d\d):(\d\d))/.exec(this.rest) ?? [];
    if (offset === undefined) throw this.mismatch('Z07:00');
    if (Number(hours ?? 0) > 24) throw this.problem('time zone offset hour out of range');
    if (Number(minutes ?? 0) > 60) throw this.problem('time zone offset minute out of range');
    this.rest = this.rest.slice(offset.length);
  }

  private mismatch(element: string): TimeError {
    return new TimeError(`parsing time ${quote(this.text)} as ${quote(layout)}: cannot parse ${quote(this.rest)} as ${quote(element)}`);
  }

  private problem(what: string): TimeError {
    return new TimeError(`parsing time ${quote(this.text)}: ${what}`);
  }
}
