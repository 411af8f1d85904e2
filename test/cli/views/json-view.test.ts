import { describe, expect, it } from 'vitest';
import { jsonView } from '../../../src/cli/views/json-view.ts';
import type { RunView } from '../../../src/cli/views/run-view.ts';
import type { WatchEvent } from '../../../src/trace/watch-event.ts';
import { FakeOutput, VirtualClock, play, webAndDatabase } from './scripted-run.ts';

describe('jsonView', () => {
  it('prints watch events and nothing else, each in one write of its own', async () => {
    const [stdout, stderr, clock] = [new FakeOutput(), new FakeOutput(), new VirtualClock()];
    const view = jsonView({ stdout, stderr });
    const sent: WatchEvent[] = [];
    const spy: RunView = {
      ...view,
      watch(event) {
        sent.push(event);
        view.watch(event);
      },
    };
    play(spy, webAndDatabase(), clock);
    view.notice('a warning');
    await view.finish();
    expect(stdout.writes.filter((write) => write !== '').map((line) => JSON.parse(line) as WatchEvent)).toEqual(sent);
    expect(stdout.writes.every((write) => write === '' || write.indexOf('\n') === write.length - 1)).toBe(true);
    expect(sent.length).toBeGreaterThan(20);
    expect(sent[0]?.time).toBe('2026-01-01T00:00:00.000Z');
    expect(stderr.text).toBe('outrider: a warning\n');
  });

  it('finishes only when a slow reader has been given everything', async () => {
    const waiting: (() => void)[] = [];
    const stdout = { write: (_: string, written?: () => void) => (written && waiting.push(written), false) };
    let isFinished = false;
    const finished = jsonView({ stdout, stderr: stdout })
      .finish()
      .then(() => (isFinished = true));
    await Promise.resolve();
    expect(isFinished).toBe(false);
    for (const written of waiting) written();
    await finished;
    expect(isFinished).toBe(true);
  });
});
