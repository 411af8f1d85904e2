import { describe, expect, it } from 'vitest';
import { requestedRuntime } from '../../src/cli/runtime-choice.ts';

const config = { file: '/home/me/.config/outrider/config.yaml' };

describe('which runtime is meant', () => {
  it.each([
    [
      { flag: undefined, env: {}, config },
      { choice: 'auto', chosenBy: undefined },
    ],
    [
      { flag: undefined, env: {}, config: { ...config, runtime: 'podman' as const } },
      { choice: 'podman', chosenBy: config.file },
    ],
    [
      { flag: undefined, env: { OUTRIDER_RUNTIME: 'docker' }, config: { ...config, runtime: 'podman' as const } },
      { choice: 'docker', chosenBy: 'OUTRIDER_RUNTIME' },
    ],
    [
      { flag: 'process' as const, env: { OUTRIDER_RUNTIME: 'docker' }, config },
      { choice: 'process', chosenBy: '--runtime' },
    ],
    [
      { flag: undefined, env: {}, config, processOption: '--stand-in' },
      { choice: 'process', chosenBy: '--stand-in' },
    ],
  ])('%j', (wishes, requested) => expect(requestedRuntime(wishes)).toEqual(requested));

  it('refuses names that are none, and options of another runtime', () => {
    expect(() => requestedRuntime({ flag: undefined, env: { OUTRIDER_RUNTIME: 'rkt' }, config })).toThrow(
      'OUTRIDER_RUNTIME: expected auto, process, docker, podman, containerd, found "rkt"',
    );
    expect(() => requestedRuntime({ flag: 'docker', env: {}, config, processOption: '--stand-in' })).toThrow(
      '--stand-in says what images are on the process runtime, but --runtime chose docker; leave one of them out',
    );
  });
});
