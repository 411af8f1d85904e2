import xterm from '@xterm/headless';
import type { Output } from '../../../src/cli/views/run-view.ts';
import type { TerminalEvents, TerminalListener } from '../../../src/cli/views/terminal-events.ts';

/** A terminal without a window: what a program writes to it can be read as a person would see it. */
export class FakeTerminal implements Output {
  readonly isTTY = true;
  readonly writes: string[] = [];
  readonly #terminal: xterm.Terminal;
  #listener: TerminalListener | undefined;
  readonly events: TerminalEvents = {
    subscribe: (listener) => {
      this.#listener = listener;
      return () => (this.#listener = undefined);
    },
  };

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  write(text: string, written?: () => void): boolean {
    this.writes.push(text);
    this.#terminal.write(text);
    written?.();
    return true;
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#settled();
    this.#terminal.resize(columns, rows);
    this.#listener?.resized();
  }

  suspend(): void {
    this.#listener?.suspended();
  }

  resume(): void {
    this.#listener?.resumed();
  }

  /** The lines that the window shows, without trailing blanks. */
  async screen(): Promise<string[]> {
    await this.#settled();
    return this.#lines(this.#terminal.buffer.active.baseY);
  }

  /** Everything that can be scrolled to; a line that was wrapped is one line. */
  async history(): Promise<string[]> {
    await this.#settled();
    const { active } = this.#terminal.buffer;
    return this.#lines(0).reduce<string[]>((all, line, index) => {
      const start = active.getLine(index)?.isWrapped ? all.pop() : undefined;
      return [...all, `${start ?? ''}${line}`];
    }, []);
  }

  get isCursorVisible(): boolean {
    return this.writes.join('').lastIndexOf('\u001B[?25h') > this.writes.join('').lastIndexOf('\u001B[?25l');
  }

  #lines(from: number): string[] {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length - from }, (_, index) => active.getLine(from + index)?.translateToString(true) ?? '');
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }
}
