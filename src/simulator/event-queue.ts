import TinyQueue from 'tinyqueue';

/** Things to be done at virtual times, in the order of their times; of one time, in the order in which they were added. */
export class EventQueue {
  readonly #queue = new TinyQueue<Entry>([], (a, b) => a.time - b.time || a.order - b.order);
  #added = 0;

  /** Undefined when nothing is left. */
  get nextTime(): number | undefined {
    return this.#queue.peek()?.time;
  }

  add(time: number, run: () => void): void {
    this.#queue.push({ time, order: this.#added++, run });
  }

  take(): (() => void) | undefined {
    return this.#queue.pop()?.run;
  }
}

interface Entry {
  readonly time: number;
  readonly order: number;
  readonly run: () => void;
}
