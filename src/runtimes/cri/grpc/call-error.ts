/** A call that failed: the message of the engine on one line, without what gRPC puts before it. */
export class CallError extends Error {
  /** gRPC's status code. */
  readonly code: number;

  constructor(code: number, details: string) {
    super(oneLine(details));
    this.name = 'CallError';
    this.code = code;
  }
}

/** gRPC's status codes, as far as they are told apart. */
export const Code = {
  Cancelled: 1,
  Unknown: 2,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  Unimplemented: 12,
  Unavailable: 14,
} as const;

export function hasCode(error: unknown, code: number): boolean {
  return error instanceof CallError && error.code === code;
}

/**
 * The engine cannot be reached, or is not up yet. containerd answers before its CRI part has read what there was, with an error of
 * no particular code.
 */
export function isAway(error: unknown): boolean {
  return error instanceof CallError && (error.code === Code.Unavailable || error.message.includes('server is not initialized yet'));
}

function oneLine(details: string): string {
  const text = details
    .replace(/rpc error: code = \w+ desc = /g, '')
    .replace(/\s+/g, ' ')
    .trim();
  // gRPC's own words on a connection that cannot be made hold the system's.
  return /^No connection established\. Last error: (?<reason>.*?)\.?(?: Resolution note:.*)?$/.exec(text)?.groups?.['reason'] ?? text;
}
