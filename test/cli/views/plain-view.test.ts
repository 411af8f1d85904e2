import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { plainView } from '../../../src/cli/views/plain-view.ts';
import { ascii } from '../../../src/cli/views/style.ts';
import { FakeOutput, VirtualClock, debuggedPod, play, webAndDatabase } from './scripted-run.ts';

function show(isColored: boolean) {
  const [stdout, stderr, clock] = [new FakeOutput(), new FakeOutput(), new VirtualClock()];
  const style = { colors: picocolors.createColors(isColored), glyphs: ascii };
  return { stdout, stderr, clock, view: plainView({ stdout, stderr, clock, style }) };
}

describe('plainView', () => {
  it.each([
    ['plain', webAndDatabase()],
    ['plain-debugged', debuggedPod()],
  ])('prints a run line by line, and its summary: %s', async (name, scene) => {
    const { stdout, clock, view } = show(false);
    play(view, scene, clock);
    await view.finish();
    await expect(stdout.text).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('keeps the colours of the output where there are colours', () => {
    const { stdout, clock, view } = show(true);
    play(view, webAndDatabase(), clock, 2000);
    expect(stdout.text).toContain('\u001B[32mdatabase system is ready\u001B[0m to accept connections');
  });

  it('hands over each line as soon as it comes', () => {
    const { stdout, clock, view } = show(false);
    play(view, webAndDatabase(), clock, 200);
    view.output('default/web', { container: 'app', stream: 'stderr', time: clock.now(), text: 'now' });
    expect(stdout.writes.at(-1)).toBe('  0.20s web/app         | now\n');
  });

  it('prints notices on standard error', () => {
    const { stderr, view } = show(false);
    view.notice('Deleting 2 Pods (press Ctrl-C again to kill them)');
    expect(stderr.text).toBe('outrider: Deleting 2 Pods (press Ctrl-C again to kill them)\n');
  });
});
