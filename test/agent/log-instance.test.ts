import { expect, test } from 'vitest';
import { chooseContainer } from '../../src/agent/api/container-choice.ts';
import { logInstance } from '../../src/agent/api/log-instance.ts';
import type { ContainerStatus } from '../../src/pod/types.ts';
import { makeContainer, makePod } from '../fixtures/pod.ts';

const ended = { terminated: { exitCode: 1, containerID: 'process://1' } };
const status = (changes: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'app',
  ready: false,
  restartCount: 2,
  image: '',
  imageID: '',
  ...changes,
});

function instance(changes: Partial<ContainerStatus>, previous = false): unknown {
  const pod = makePod();
  try {
    return logInstance({ ...pod, status: { phase: 'Running', containerStatuses: [status(changes)] } }, 'app', previous);
  } catch (error) {
    return (error as Error).message;
  }
}

test.each<[string, Partial<ContainerStatus>, boolean, unknown]>([
  ['runs', { state: { running: {} } }, false, { number: 2, isRunning: true }],
  ['has ended', { state: ended }, false, { number: 2, isRunning: false }],
  [
    'waits for its restart',
    { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended },
    false,
    { number: 2, isRunning: false },
  ],
  ['runs: the one before', { state: { running: {} }, lastState: ended }, true, { number: 1, isRunning: false }],
  ['waits: the one before', { state: { waiting: {} }, lastState: ended }, true, { number: 2, isRunning: false }],
  ['has none before', { state: { running: {} } }, true, 'previous terminated container "app" in pod "web" not found'],
  [
    'cannot be pulled',
    { state: { waiting: { reason: 'ErrImagePull' } } },
    false,
    'container "app" in pod "web" is waiting to start: image can\'t be pulled',
  ],
  [
    'cannot be pulled, again',
    { state: { waiting: { reason: 'ImagePullBackOff' } } },
    false,
    'container "app" in pod "web" is waiting to start: trying and failing to pull image',
  ],
  [
    'waits for init containers',
    { state: { waiting: { reason: 'PodInitializing' } } },
    false,
    'container "app" in pod "web" is waiting to start: PodInitializing',
  ],
  ['never ran', { state: { terminated: { exitCode: 137 } } }, false, 'container "app" in pod "web" is terminated'],
])('the log of a container that %s', (_, changes, previous, expected) => {
  expect(instance(changes, previous)).toEqual(expected);
});

test('the container is the only one, or has to be named', () => {
  const one = makePod();
  const two = makePod({
    spec: { containers: [makeContainer(), makeContainer({ name: 'db' })], initContainers: [makeContainer({ name: 'init' })] },
  });
  expect(chooseContainer(one, null)).toBe('app');
  expect(chooseContainer(two, 'init')).toBe('init');
  expect(() => chooseContainer(one, 'x')).toThrow('container x is not valid for pod web');
  expect(() => chooseContainer(two, '')).toThrow(
    'a container name must be specified for pod web, choose one of: [app db] or one of the init containers: [init]',
  );
});
