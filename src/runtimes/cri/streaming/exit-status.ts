/**
 * The exit code in what the error stream says at the end: a Status object of the API's. Throws the engine's message when the command
 * could not be run.
 */
export function exitCodeOf(text: string): number {
  const status = parse(text);
  if (status.status === 'Success') return 0;
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code !== undefined) return Number(code);
  throw new Error(
    (status.message ?? text)
      .replace(/rpc error: code = \w+ desc = /g, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

interface Status {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

function parse(text: string): Status {
  try {
    return JSON.parse(text) as Status;
  } catch {
    return {};
  }
}
