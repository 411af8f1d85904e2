/** Time for the engine: real in production, virtual in the simulator and in tests. */
export interface Clock {
  /** Milliseconds since the epoch. Never goes back. */
  now(): number;
  /** Calls `callback` once at `time` (milliseconds since the epoch) or later; returns what cancels it. */
  at(time: number, callback: () => void): () => void;
}
