import type { Status } from './api-types.ts';

/** A request that cannot be done, in the API server's words. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Status['details'];

  constructor(code: number, reason: string, message: string, details?: Status['details']) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

export function podNotFound(name: string): ApiError {
  return new ApiError(404, 'NotFound', `pods "${name}" not found`, { name, kind: 'pods' });
}

export function conflict(message: string, name?: string): ApiError {
  return new ApiError(409, 'Conflict', message, name === undefined ? undefined : { name, kind: 'pods' });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** @param causes - One line each. */
export function invalid(kind: string, name: string, causes: readonly string[]): ApiError {
  const [first = ''] = causes;
  const listed = causes.length > 1 ? `[${causes.join(', ')}]` : first;
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${listed}`, {
    name,
    kind,
    causes: causes.map((message) => ({ reason: 'FieldValueInvalid', message })),
  });
}

export function statusOf(error: unknown): Status {
  const failure = error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${messageOf(error)}`);
  const { code, reason, message, details } = failure;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
