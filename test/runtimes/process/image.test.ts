import { describe, expect, test } from 'vitest';
import { RuntimeError } from '../../../src/engine/runtime-service.ts';
import { presentImage } from '../../../src/runtimes/process/image.ts';

describe('an image', () => {
  test.each([
    ['busybox', 'docker.io/library/busybox:latest'],
    ['busybox:1.36', 'docker.io/library/busybox:1.36'],
    ['me/app', 'docker.io/me/app:latest'],
    ['localhost:5000/a/b:c', 'localhost:5000/a/b:c'],
    [`busybox:1@sha256:${'a'.repeat(64)}`, `docker.io/library/busybox@sha256:${'a'.repeat(64)}`],
  ])('%s is present', (name, image) => {
    expect(presentImage(name)).toMatchObject({ alreadyPresent: true, image });
  });

  test.each([
    ['Busy Box', 'invalid reference format: repository name (library/Busy Box) must be lowercase'],
    ['App', 'invalid reference format: repository name (library/App) must be lowercase'],
    ['example.com/App:1', 'invalid reference format: repository name (App) must be lowercase'],
    ['index.docker.io/App', 'invalid reference format: repository name (library/App) must be lowercase'],
    ['a b', 'invalid reference format'],
    ['busybox:', 'invalid reference format'],
    ['a'.repeat(256), 'repository name must not be more than 255 characters'],
    ['0'.repeat(64), `invalid repository name (${'0'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
  ])('%s has no valid name', (name, problem) => {
    const quoted = JSON.stringify(name);
    expect(() => presentImage(name)).toThrow(
      new RuntimeError('InvalidImageName', `Failed to apply default image tag ${quoted}: couldn't parse image name ${quoted}: ${problem}`),
    );
  });
});
