import { expect, test } from 'vitest';
import { CallError, Code } from '../../../../src/runtimes/cri/grpc/call-error.ts';
import { asPullError } from '../../../../src/runtimes/cri/images/pull-error.ts';

const { Unknown, NotFound } = Code;

/** As containerd 1.6, 2.1 and CRI-O word them. */
test.each([
  ['not-found', NotFound, 'failed to pull and unpack image "r/x:1": failed to resolve reference "r/x:1": r/x:1: not found'],
  ['not-found', Unknown, 'reading manifest 1 in r/x: manifest unknown'],
  [
    'unauthorized',
    Unknown,
    'failed to resolve reference "r/x:1": pulling from host r failed with status code [manifests 1]: 401 Unauthorized',
  ],
  [
    'unauthorized',
    Unknown,
    'failed to resolve reference "docker.io/x/y:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
  ],
  [
    'unauthorized',
    Unknown,
    'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://r/token: 401 Unauthorized',
  ],
  ['unauthorized', Unknown, 'initializing source docker://r/x:1: reading manifest 1 in r/x: unauthorized: authentication required'],
  ['unavailable', Unknown, 'RegistryUnavailable: pinging container registry r: connection refused'],
  ['other', Unknown, 'failed to do request: Head "http://127.0.0.1:1/v2/x/manifests/1": dial tcp 127.0.0.1:1: connect: connection refused'],
  ['other', Unknown, 'failed to copy: httpReadSeeker: failed open: unexpected status code 500 Internal Server Error'],
] as const)('%s: %j %s', (kind, code, message) => {
  const error = asPullError(new CallError(code, message));
  expect({ kind: error.kind, message: error.message }).toEqual({ kind, message });
});
