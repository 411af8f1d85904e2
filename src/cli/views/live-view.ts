import cliCursor from 'cli-cursor';
import cliTruncate from 'cli-truncate';
import type { Clock } from '../../engine/clock.ts';
import type { ProbeReport } from '../../engine/run-listener.ts';
import type { LogLine, PullProgress } from '../../engine/runtime-service.ts';
import type { Wait } from '../../lifecycle/wait.ts';
import { RunModel, isPod } from '../../trace/run-model.ts';
import type { WatchEvent } from '../../trace/watch-event.ts';
import { eventText } from './event-text.ts';
import { type FrameOptions, frame } from './frame.ts';
import { containerName, nameWidth, titleOf } from './names.ts';
import { Pulls } from './pulls.ts';
import { outputText } from './output-text.ts';
import type { Output, RunHeader, RunView } from './run-view.ts';
import { ScreenRegion } from './screen-region.ts';
import { Palette, type Style } from './style.ts';
import { summary } from './summary.ts';
import type { TerminalEvents } from './terminal-events.ts';

export interface LiveViewOptions {
  readonly stdout: Output;
  readonly clock: Clock;
  readonly style: Style;
  readonly terminal: TerminalEvents;
}

/**
 * A run on a terminal: the picture of all Pods on top, below it the containers' output as far as it fits. Output that has to make
 * room moves above the picture into the terminal's scrollback, so that nothing of it is lost and all of it stays in order.
 */
export class LiveView implements RunView {
  readonly #options: LiveViewOptions;
  readonly #model = new RunModel();
  readonly #pulls = new Pulls();
  readonly #palette: Palette;
  readonly #region: ScreenRegion;
  readonly #startedAt: number;
  /** Lines that are not in the scrollback yet. */
  #lines: string[] = [];
  #above: string[] = [];
  #prefixWidth = 0;
  #drawnAt = -Infinity;
  #timer: { readonly at: number; readonly cancel: () => void } | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(options: LiveViewOptions) {
    this.#options = options;
    this.#palette = new Palette(options.style.colors);
    this.#region = new ScreenRegion(options.stdout);
    this.#startedAt = options.clock.now();
  }

  start({ pods, runtime }: RunHeader): void {
    const { stdout, style, terminal } = this.#options;
    this.#prefixWidth = nameWidth(pods, Math.max(24, Math.floor((stdout.columns ?? 80) / 3)));
    this.#above = [style.colors.bold(titleOf(pods, runtime)), style.colors.dim(legend(style))];
    this.#unsubscribe = terminal.subscribe({
      resized: () => this.#draw(),
      suspended: () => cliCursor.show(stdout as NodeJS.WritableStream),
      resumed: () => {
        cliCursor.hide(stdout as NodeJS.WritableStream);
        this.#region.forget();
        this.#draw();
      },
    });
    cliCursor.hide(stdout as NodeJS.WritableStream);
    this.#draw();
  }

  watch(event: WatchEvent): void {
    this.#model.watch(event);
    if (!isPod(event.object) && event.object.type === 'Warning') {
      const { name, text } = eventText(event.object);
      this.#addLine(name, this.#options.style.colors.yellow(text));
    }
    this.#changed();
  }

  output(pod: string, { container, text }: LogLine): void {
    this.#addLine(containerName(pod, container), outputText(text, this.#options.style.colors.isColorSupported));
    this.#changed();
  }

  waits(pod: string, waits: readonly Wait[]): void {
    this.#model.waits(pod, this.#pulls.waits(pod, waits), this.#options.clock.now());
    this.#changed();
  }

  pull(pod: string, container: string, progress: PullProgress): void {
    this.#model.waits(pod, this.#pulls.pull(pod, container, progress), this.#options.clock.now());
    this.#changed();
  }

  probe(pod: string, report: ProbeReport): void {
    this.#model.probe(pod, report);
    this.#changed();
  }

  ended(): void {
    this.#changed();
  }

  notice(message: string): void {
    const line = this.#options.style.colors.yellow(`outrider: ${message}`);
    // Before the start there is no picture yet that it could break.
    if (this.#unsubscribe === undefined) return void this.#options.stdout.write(`${line}\n`);
    this.#lines.push(line);
    this.#changed();
  }

  finish(): Promise<void> {
    const { stdout, clock, style } = this.#options;
    this.#timer?.cancel();
    this.#unsubscribe?.();
    const now = clock.now();
    const picture = frame(this.#model.pods, this.#frameOptions(now, finalHeight));
    const end = ['', ...picture, '', ...summary(this.#model, { startedAt: this.#startedAt, now, style, width: stdout.columns ?? 80 })];
    this.#region.draw([], [...this.#above, ...this.#lines, ...end]);
    cliCursor.show(stdout as NodeJS.WritableStream);
    return new Promise((resolve) => void stdout.write('', () => resolve()));
  }

  #addLine(name: string, text: string): void {
    this.#lines.push(`${this.#palette.color(name)(name.padEnd(this.#prefixWidth))} ${this.#options.style.glyphs.pipe} ${text}`);
  }

  #changed(): void {
    this.#drawAt(this.#drawnAt + minIntervalMs);
  }

  #drawAt(time: number): void {
    if (this.#timer && this.#timer.at <= time) return;
    this.#timer?.cancel();
    this.#timer = { at: time, cancel: this.#options.clock.at(time, () => this.#draw()) };
  }

  #draw(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { clock, stdout, style } = this.#options;
    const rows = stdout.rows ?? 24;
    const options = this.#frameOptions(clock.now(), Math.max(rows - 2 - Math.min(Math.floor(rows / 4), 10), 3));
    const pods = frame(this.#model.pods, options);
    // Half of what is left is for the output.
    const layers = this.#pulls.lines(Math.floor((rows - pods.length - 2) / 2), options.width);
    const picture = [...pods, ...layers];
    // The last row stays free for the cursor; one more is the rule.
    const room = Math.max(rows - picture.length - 2, 0);
    this.#above = this.#above.concat(this.#lines.splice(0, Math.max(this.#lines.length - room, 0)));
    const rule = style.colors.dim(style.glyphs.rule.repeat(options.width));
    const tail = this.#lines.map((line) => cliTruncate(line, options.width, { truncationCharacter: style.glyphs.ellipsis }));
    this.#region.draw(room > 0 ? [...picture, rule, ...tail] : picture, this.#above);
    this.#above = [];
    this.#drawnAt = clock.now();
    this.#drawAt(this.#drawnAt + tickMs);
  }

  #frameOptions(now: number, height: number): FrameOptions {
    const { stdout, style } = this.#options;
    const width = Math.max((stdout.columns ?? 80) - 1, 20);
    return { startedAt: this.#startedAt, now, width, height, style, hint: height === finalHeight ? '' : 'Ctrl-C to stop' };
  }
}

/** At most 15 drawings a second, and a look at the clock four times a second. */
const minIntervalMs = 66;
const tickMs = 250;
/** The last picture stays in the scrollback: it need not fit the screen, but be of a length that someone reads. */
const finalHeight = 100;

function legend({ glyphs: { states, marks } }: Style): string {
  const entries = Object.entries({
    ...states,
    'back-off': states.backOff,
    'probe failed': marks.failure,
    passed: marks.success,
    restart: marks.restart,
    failed: marks.error,
  });
  return entries.flatMap(([name, glyph]) => (name === 'backOff' ? [] : `${glyph} ${name}`)).join('  ');
}
