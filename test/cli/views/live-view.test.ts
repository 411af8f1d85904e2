import * as fc from 'fast-check';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { LiveView } from '../../../src/cli/views/live-view.ts';
import { type Style, ascii, unicode } from '../../../src/cli/views/style.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { type Scene, VirtualClock, debuggedPod, manyPods, play, webAndDatabase } from './scripted-run.ts';

const style: Style = { colors: picocolors.createColors(false), glyphs: unicode };

function show(scene: Scene, columns: number, rows: number, until?: number, changes: Partial<Style> = {}) {
  const terminal = new FakeTerminal(columns, rows);
  const clock = new VirtualClock();
  const view = new LiveView({ stdout: terminal, clock, style: { ...style, ...changes }, terminal: terminal.events });
  play(view, scene, clock, until);
  return { terminal, clock, view };
}

describe('LiveView', () => {
  it.each([
    [120, 30, 5400],
    [80, 24, 5400],
    [40, 24, 5400],
    [120, 30, 12_500],
    [80, 20, 9500],
  ])('shows a run at %d x %d after %d ms', async (columns, rows, until) => {
    const { terminal } = show(webAndDatabase(), columns, rows, until);
    await expect(text(await terminal.screen())).toMatchFileSnapshot(`golden/live-${columns}x${rows}-${until}.txt`);
  });

  it.each([
    [120, 4000],
    [80, 8000],
    [40, 8000],
  ])('marks ephemeral containers at %d columns after %d ms', async (columns, until) => {
    const { terminal } = show(debuggedPod(), columns, 16, until);
    await expect(text(await terminal.screen())).toMatchFileSnapshot(`golden/live-debugged-${columns}-${until}.txt`);
  });

  it('does without Unicode', async () => {
    const { terminal } = show(webAndDatabase(), 80, 24, 5400, { glyphs: ascii });
    const screen = text(await terminal.screen());
    expect(screen).toMatch(/^[\u0020-\u007E\n]*$/);
    await expect(screen).toMatchFileSnapshot('golden/live-ascii.txt');
  });

  it('shows of 200 Pods those that need attention, and counts the rest', async () => {
    const { terminal } = show(manyPods(200), 120, 30, 5000);
    await expect(text(await terminal.screen())).toMatchFileSnapshot('golden/live-200-pods.txt');
  });

  it('leaves all output, the last picture and the summary behind, and the cursor', async () => {
    const { terminal, view } = show(webAndDatabase(), 80, 24);
    expect(terminal.isCursorVisible).toBe(false);
    await view.finish();
    expect(terminal.isCursorVisible).toBe(true);
    await expect(text(await terminal.history())).toMatchFileSnapshot('golden/live-finished.txt');
  });

  it('prints notices in the order in which they come', async () => {
    const terminal = new FakeTerminal(80, 24);
    const clock = new VirtualClock();
    const view = new LiveView({ stdout: terminal, clock, style, terminal: terminal.events });
    view.notice('spec.x: is not honoured');
    expect(await terminal.screen()).toEqual(['outrider: spec.x: is not honoured']);
    view.start(webAndDatabase());
    view.notice('interrupted');
    await view.finish();
    const history = await terminal.history();
    expect(history.filter((line) => line.startsWith('outrider:'))).toEqual(['outrider: spec.x: is not honoured', 'outrider: interrupted']);
    expect(history[1]).toMatch(/^Running db, web/);
  });

  it('clears what the terminal echoes', async () => {
    const { terminal, clock } = show(webAndDatabase(), 80, 24, 2000);
    terminal.write('^C');
    clock.advanceTo(clock.now() + 1000);
    expect(await terminal.screen()).not.toContain('^C');
  });

  it('draws at most fifteen times a second, however much happens', () => {
    const { terminal, clock, view } = show(webAndDatabase(), 80, 24, 2000);
    const before = terminal.writes.length;
    for (let index = 0; index < 10_000; index++) {
      view.output('default/web', { container: 'app', stream: 'stdout', time: clock.now(), text: `line ${index}` });
      if (index % 10 === 0) clock.advanceTo(clock.now() + 1);
    }
    expect(terminal.writes.length - before).toBeLessThanOrEqual(16);
  });

  it('takes a flood of output between two drawings', () => {
    const { terminal, clock, view } = show(webAndDatabase(), 80, 24, 2000);
    for (let index = 0; index < 300_000; index++) {
      view.output('default/web', { container: 'app', stream: 'stdout', time: clock.now(), text: String(index) });
    }
    clock.advanceTo(clock.now() + 1000);
    expect(terminal.writes.join('')).toContain('299999');
  });

  it('writes nothing while nothing changes', () => {
    const { terminal, clock } = show(webAndDatabase(), 80, 24, 13_050);
    const drawn = () => terminal.writes.length;
    const before = drawn();
    // The clock in the first line and the growing bars: at most one look a quarter of a second.
    clock.advanceTo(clock.now() + 10_000);
    expect(drawn() - before).toBeLessThanOrEqual(40);
  });

  it('gives the terminal to the shell and takes it back', async () => {
    const { terminal } = show(webAndDatabase(), 80, 24, 2000);
    terminal.suspend();
    expect(terminal.isCursorVisible).toBe(true);
    terminal.write('\r\n[1]+ Stopped\r\n$ fg\r\n');
    terminal.resume();
    expect(terminal.isCursorVisible).toBe(false);
    const screen = await terminal.screen();
    expect(screen).toContain('$ fg');
    expect(screen.findLastIndex((line) => line.startsWith('db  0/1'))).toBeGreaterThan(screen.indexOf('$ fg'));
  });

  it('keeps every line of output, once and in order, at any size and through resizing', async () => {
    const size = fc.record({ columns: fc.integer({ min: 20, max: 150 }), rows: fc.integer({ min: 4, max: 50 }) });
    const lines = fc.array(fc.record({ pause: fc.nat(200), length: fc.nat(200), size: fc.option(size, { freq: 8 }) }), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(size, lines, async ({ columns, rows }, script) => {
        const { terminal, clock, view } = show(webAndDatabase(), columns, rows, 0);
        for (const [index, { pause, length, size: next }] of script.entries()) {
          if (next) await terminal.resize(next.columns, next.rows);
          clock.advanceTo(clock.now() + pause);
          view.output('default/web', { container: 'app', stream: 'stdout', time: clock.now(), text: `<${index}>${'x'.repeat(length)}` });
        }
        await view.finish();
        // What a resize pushes out of the window stays there as a copy; the lines themselves are the last of each number.
        const kept = (await terminal.history()).map((line) => /app +│ <(\d+)>(x*)$/.exec(line)).filter((match) => match !== null);
        const last = new Map(kept.map(([, index, tail]) => [Number(index), tail?.length]));
        const complete = [...last].filter(([index, length]) => script[index]?.length === length);
        expect(complete).toHaveLength(script.length);
        if (script.every(({ size: next }) => next === null)) {
          expect(kept.map(([, index]) => Number(index))).toEqual(script.map((_, index) => index));
        }
      }),
      { numRuns: 40 },
    );
  });
});

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
