import type { Clock } from '../../engine/clock.ts';
import type { Wait } from '../../lifecycle/wait.ts';

/**
 * When to say of image pulls how far they are, where nothing can be redrawn: once they have come a good deal further, at most once a
 * second; and, less and less often, that they still last.
 */
export class PullLines {
  readonly #clock: Clock;
  readonly #print: (pod: string, wait: Wait) => void;
  readonly #pulls = new Map<string, Pull>();

  constructor(clock: Clock, print: (pod: string, wait: Wait) => void) {
    this.#clock = clock;
    this.#print = print;
  }

  /** All waits of a Pod as they are now. */
  waits(pod: string, waits: readonly Wait[]): void {
    const pulling = waits.filter(({ cause }) => cause.kind === 'ImagePull');
    for (const [key, pull] of this.#pulls) {
      if (pull.pod !== pod || pulling.some(({ container }) => container === pull.wait.container)) continue;
      pull.cancel();
      this.#pulls.delete(key);
    }
    for (const wait of pulling) {
      const key = `${pod}/${wait.container}`;
      const pull = this.#pulls.get(key) ?? { pod, wait, percent: 0, time: wait.since, quietMs: firstQuietMs, cancel: () => undefined };
      this.#pulls.set(key, pull);
      pull.wait = wait;
      this.#schedule(pull);
    }
  }

  stop(): void {
    for (const { cancel } of this.#pulls.values()) cancel();
  }

  #schedule(pull: Pull): void {
    pull.cancel();
    const due = pull.time + (isFurther(pull) ? shortestMs : pull.quietMs);
    const isDue = due <= this.#clock.now() || isComplete(pull);
    if (isDue) this.#tell(pull);
    else pull.cancel = this.#clock.at(due, () => this.#tell(pull));
  }

  #tell(pull: Pull): void {
    pull.quietMs = isFurther(pull) ? firstQuietMs : pull.quietMs * 2;
    pull.percent = percentOf(pull);
    pull.time = this.#clock.now();
    this.#print(pull.pod, pull.wait);
    this.#schedule(pull);
  }
}

interface Pull {
  readonly pod: string;
  wait: Wait;
  /** What was said last, and when. */
  percent: number;
  time: number;
  /** How long nothing is said when nothing comes. */
  quietMs: number;
  cancel: () => void;
}

const shortestMs = 1000;
const firstQuietMs = 10_000;

function percentOf({ wait: { cause } }: Pull): number {
  return cause.kind === 'ImagePull' ? (cause.percent ?? 0) : 0;
}

function isFurther(pull: Pull): boolean {
  return percentOf(pull) >= pull.percent + 10;
}

/** The last line of a pull comes at once, unless it is the only one. */
function isComplete(pull: Pull): boolean {
  return percentOf(pull) === 100 && pull.percent > 0 && pull.percent < 100;
}
