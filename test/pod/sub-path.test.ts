import { expect, test } from 'vitest';
import { mountSubPath } from '../../src/pod/sub-path.ts';

const environment = { POD: 'web', EMPTY: '', UP: '..' };

test.each([
  [{}, undefined],
  [{ subPath: 'a/b' }, 'a/b'],
  [{ subPath: '$(POD)' }, '$(POD)'],
  [{ subPathExpr: 'x/$(POD)' }, 'x/web'],
  [{ subPathExpr: '$$(POD)' }, '$(POD)'],
  [{ subPathExpr: 'a..b' }, 'a..b'],
])('%j shows %j', (mount, expected) => {
  expect(mountSubPath({ name: 'v', mountPath: '/m', ...mount }, environment)).toBe(expected);
});

test.each([
  [{ subPathExpr: '$(Z)/$(EMPTY)/$(POD)/$(A)/$(Z)' }, 'missing value for A, EMPTY, Z'],
  [{ subPathExpr: 'x/$(UP)' }, "unable to provision SubPath `x/..`: must not contain '..'"],
  [{ subPathExpr: '/$(POD)' }, 'error SubPath `/web` must not be an absolute path'],
  [{ subPathExpr: '$(toString)' }, 'missing value for toString'],
])('%j is refused: %s', (mount, message) => {
  expect(() => mountSubPath({ name: 'v', mountPath: '/m', ...mount }, environment)).toThrow(message);
});
