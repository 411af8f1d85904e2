import type { EngineContainer } from '../containers/container-engine.ts';

/** What is known of a container without asking the engine, and who waits for what becomes of it. */
export class TrackedContainer {
  readonly id: string;
  readonly tty: boolean;
  readonly hasMemoryLimit: boolean;
  /** Resolves with whether it was started, once that is known. */
  readonly started: Promise<boolean>;
  /** Resolves once its end was reported, or it is gone. */
  readonly finished: Promise<void>;
  state: 'created' | 'starting' | 'running' | 'ended' | 'gone' = 'created';
  #status: EngineContainer;
  #reportEnd: (() => void) | undefined;
  #resolveStarted: (started: boolean) => void = () => undefined;
  #resolveFinished: () => void = () => undefined;

  constructor(status: EngineContainer, tty: boolean, hasMemoryLimit: boolean) {
    this.id = status.id;
    this.tty = tty;
    this.hasMemoryLimit = hasMemoryLimit;
    this.#status = status;
    this.started = new Promise((resolve) => (this.#resolveStarted = resolve));
    this.finished = new Promise((resolve) => (this.#resolveFinished = resolve));
  }

  /** One that is taken over: it may have a memory limit. */
  static from(status: EngineContainer, tty: boolean): TrackedContainer {
    const container = new TrackedContainer(status, tty, true);
    if (status.state === 'running' || status.state === 'exited') container.begun();
    if (status.state === 'exited') container.end(() => undefined);
    return container;
  }

  get isOOMKilled(): boolean {
    return this.#status.oomKilled;
  }

  get startTime(): number {
    return this.#status.startedAt;
  }

  setOOMKilled(): void {
    this.#status = { ...this.#status, oomKilled: true };
  }

  startedAt(time: number): void {
    this.#status = { ...this.#status, startedAt: time };
  }

  starting(): void {
    this.state = 'starting';
  }

  /** Its start was told: now its end may be. */
  begun(): void {
    this.state = 'running';
    this.#resolveStarted(true);
    this.#reportEnd?.();
  }

  notStarted(): void {
    this.state = 'ended';
    this.#resolveStarted(false);
    this.#resolveFinished();
  }

  /** The status of its end from what the event tells. */
  ended(exitCode: number, finishedAt: number): EngineContainer {
    const startedAt = this.#status.startedAt === 0 ? finishedAt : Math.min(this.#status.startedAt, finishedAt);
    return { ...this.#status, state: 'exited', exitCode, startedAt, finishedAt };
  }

  /** Has its end reported, once, when its start was told. */
  end(report: () => void): void {
    if (this.state === 'ended' || this.#reportEnd !== undefined) return;
    this.#reportEnd = () => {
      this.state = 'ended';
      report();
      this.#resolveFinished();
    };
    if (this.state !== 'starting') this.#reportEnd();
  }

  gone(): void {
    this.state = 'gone';
    this.#resolveStarted(false);
    this.#resolveFinished();
  }
}
