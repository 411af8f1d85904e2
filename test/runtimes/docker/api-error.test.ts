import { expect, test } from 'vitest';
import { ApiError } from '../../../src/runtimes/docker/http-api.ts';

test.each([
  ['No such container: 1234', 404, true],
  ['container 1234 does not exist in database: no such container', 500, true],
  ['network 1234 not found', 404, true],
  ['removal of container 1234 is already in progress', 409, false],
  ['out of order', 500, false],
])('%s (%i): that something is not there: %s', (message, status, expected) => {
  expect(new ApiError(message, status).isNotFound).toBe(expected);
});
