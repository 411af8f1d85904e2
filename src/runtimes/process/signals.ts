import { constants } from 'node:os';

/** The number of a signal by its name, with or without SIG, `SIGRTMIN+3`, or a number. Undefined when there is no such signal. */
export function signalNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) return inRange(Number(text));
  const name = text.toUpperCase().replace(/^(?!SIG)/, 'SIG');
  const realTime = /^SIGRTM(IN|AX)(?:([+-])(\d+))?$/.exec(name);
  if (realTime !== null) {
    const offset = Number(realTime[3] ?? 0) * (realTime[2] === '-' ? -1 : 1);
    return inRange((realTime[1] === 'IN' ? realTimeMin : realTimeMax) + offset);
  }
  return (constants.signals as Readonly<Partial<Record<string, number>>>)[name];
}

/** As the C library counts: it keeps the first ones for itself. */
const realTimeMin = 34;
const realTimeMax = 64;

function inRange(number: number): number | undefined {
  return number >= 1 && number <= realTimeMax ? number : undefined;
}
