import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { LiveView } from '../../../src/cli/views/live-view.ts';
import { plainView } from '../../../src/cli/views/plain-view.ts';
import { Pulls, pullPercent } from '../../../src/cli/views/pulls.ts';
import { ascii } from '../../../src/cli/views/style.ts';
import type { PullLayer } from '../../../src/engine/runtime-service.ts';
import type { Wait } from '../../../src/lifecycle/wait.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { FakeOutput, VirtualClock, webAndDatabase } from './scripted-run.ts';

const layer = (id: string, state: PullLayer['state'], currentBytes = 0, totalBytes = 0): PullLayer => ({
  id,
  state,
  currentBytes,
  totalBytes,
});
const style = { colors: picocolors.createColors(false), glyphs: ascii };
const pod = 'default/web';

function pulling(now: number): Wait[] {
  return [{ container: 'app', cause: { kind: 'ImagePull', image: 'example/app:1' }, since: now }];
}

describe('pullPercent', () => {
  it.each([
    ['bytes where all sizes are known', [layer('a', 'downloading', 25, 100), layer('b', 'extracting', 10, 100)], 62],
    ['layers where they are not', [layer('a', 'complete'), layer('b', 'waiting'), layer('c', 'downloading', 1, 2)], 50],
    ['nothing where nothing is known', [], undefined],
    ['all of an image that is there', [layer('a', 'complete')], 100],
  ])('goes by %s', (_, layers, percent) => {
    expect(pullPercent({ layers })).toBe(percent);
  });
});

describe('Pulls', () => {
  const layers = [
    layer('sha256:0123456789abcdef', 'complete', 5, 5),
    layer('111111111111', 'downloading', 3_100_000, 6_200_000),
    layer('222222222222', 'extracting', 950, 950),
    layer('333333333333', 'waiting'),
  ];

  it('shows a line a layer, and of those that do not fit the ones that are not there yet', () => {
    const pulls = new Pulls();
    expect(pulls.waits(pod, pulling(0))).toEqual(pulling(0));
    expect(pulls.pull(pod, 'app', { layers })).toEqual([
      { container: 'app', cause: { kind: 'ImagePull', image: 'example/app:1', percent: 62 }, since: 0 },
    ]);
    expect(pulls.lines(9, 60)).toEqual([
      'web/app 0123456789ab complete',
      'web/app 111111111111 downloading [======>     ] 3.1MB/6.2MB',
      'web/app 222222222222 extracting  [==============] 950B/950B',
      'web/app 333333333333 waiting',
    ]);
    expect(pulls.lines(2, 40)).toEqual(['web/app 111111111111 downloading 3.1MB/6.2MB', 'and 3 more layers']);
    expect(pulls.lines(0, 40)).toEqual([]);
  });

  it('forgets a pull when the container waits for something else', () => {
    const pulls = new Pulls();
    pulls.waits(pod, pulling(0));
    pulls.pull(pod, 'app', { layers });
    const starting: Wait[] = [{ container: 'app', cause: { kind: 'Starting' }, since: 1 }];
    expect(pulls.waits(pod, starting)).toEqual(starting);
    expect(pulls.lines(9, 60)).toEqual([]);
  });
});

describe('views of a pull', () => {
  const download = (percent: number) => ({ layers: [layer('111111111111', 'downloading', percent, 100)] });

  it('are lines at sensible steps where nothing can be redrawn', () => {
    const [stdout, stderr, clock] = [new FakeOutput(), new FakeOutput(), new VirtualClock()];
    const view = plainView({ stdout, stderr, clock, style });
    const { pods, runtime } = webAndDatabase();
    view.start({ pods, runtime });
    view.waits(pod, pulling(clock.now()));
    for (let percent = 0; percent <= 100; percent++) {
      clock.advanceTo(clock.now() + 50);
      view.pull?.(pod, 'app', download(percent));
    }
    expect(stdout.text.split('\n').filter((line) => line.includes('waits for image'))).toEqual([
      '  1.00s web/app         - waits for image example/app:1 (18%)',
      '  2.00s web/app         - waits for image example/app:1 (38%)',
      '  3.00s web/app         - waits for image example/app:1 (57%)',
      '  4.00s web/app         - waits for image example/app:1 (78%)',
      '  5.00s web/app         - waits for image example/app:1 (98%)',
      '  5.05s web/app         - waits for image example/app:1 (100%)',
    ]);
  });

  it('say where nothing comes that it is waited for, and how far it was', () => {
    const [stdout, stderr, clock] = [new FakeOutput(), new FakeOutput(), new VirtualClock()];
    const view = plainView({ stdout, stderr, clock, style });
    const { pods, runtime } = webAndDatabase();
    view.start({ pods, runtime });
    const started = clock.now();
    view.waits(pod, pulling(started));
    clock.advanceTo(started + 15_000);
    view.pull?.(pod, 'app', download(50));
    clock.advanceTo(started + 60_000);
    view.waits(pod, []);
    view.waits(pod, pulling(clock.now()));
    view.pull?.(pod, 'app', download(20));
    clock.advanceTo(started + 65_000);
    view.waits(pod, []);
    clock.advanceTo(started + 1_000_000);
    expect(stdout.text.split('\n').filter((line) => line.includes('waits for image'))).toEqual([
      '  10.0s web/app         - waits for image example/app:1',
      '  15.0s web/app         - waits for image example/app:1 (50%)',
      '  25.0s web/app         - waits for image example/app:1 (50%)',
      '  45.0s web/app         - waits for image example/app:1 (50%)',
      '  1m01s web/app         - waits for image example/app:1 (20%)',
    ]);
  });

  it('are bars on a terminal as long as it lasts', async () => {
    const terminal = new FakeTerminal(100, 30);
    const clock = new VirtualClock();
    const view = new LiveView({ stdout: terminal, clock, style, terminal: terminal.events });
    const { pods, runtime } = webAndDatabase();
    view.start({ pods, runtime });
    view.waits(pod, pulling(clock.now()));
    view.pull(pod, 'app', download(50));
    clock.advanceTo(clock.now() + 500);
    const bars = async (): Promise<string[]> => (await terminal.screen()).filter((line) => line.includes('111111111111'));
    expect(await bars()).toEqual(['web/app 111111111111 downloading [====================>                   ] 50B/100B']);
    view.waits(pod, []);
    clock.advanceTo(clock.now() + 500);
    expect(await bars()).toEqual([]);
  });
});
