const quantityPattern = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';
const wellFormedQuantity = /^[+-]?[0-9]*(?:\.[0-9]*)?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const knownSuffix = /^(?:[numkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]{1,10})?$/;

/** The API server's message for a text that is no quantity; undefined stands for a value that is no text. */
export function quantityError(text: string | undefined): string {
  const suffix = text === undefined || text === '' ? undefined : wellFormedQuantity.exec(text)?.[1];
  if (suffix === undefined) return `quantities must match the regular expression '${quantityPattern}'`;
  return knownSuffix.test(suffix) ? 'unable to parse numeric part of quantity' : "unable to parse quantity's suffix";
}

/**
 * Go's message for a text that is no padded base64, with the index that Go gives for the fault; undefined when it is
 * one. Line breaks do not count.
 */
export function base64Error(text: string): string | undefined {
  if (text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const at = base64Fault(text);
  return at === undefined ? undefined : `illegal base64 data at input byte ${at}`;
}

function base64Fault(text: string): number | undefined {
  const isBreak = (at: number): boolean => text[at] === '\n' || text[at] === '\r';
  const skipBreaks = (at: number): number => {
    while (isBreak(at)) at++;
    return at;
  };
  let inQuantum = 0;
  for (let at = skipBreaks(0); at < text.length; at = skipBreaks(at + 1)) {
    if (/[A-Za-z0-9+/]/.test(text.charAt(at))) {
      inQuantum = (inQuantum + 1) % 4;
      continue;
    }
    if (text[at] !== '=' || inQuantum < 2) return at;
    let next = skipBreaks(at + 1);
    if (inQuantum === 2) {
      if (next === text.length) return next;
      if (text[next] !== '=') return next - 1;
      next = skipBreaks(next + 1);
    }
    return next < text.length ? next : undefined;
  }
  return inQuantum === 0 ? undefined : text.length - inQuantum;
}
