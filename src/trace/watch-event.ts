import type { ApiEvent, Pod } from '../pod/types.ts';

/** One line of `outrider run -o json`: what `kubectl get pods,events -w -o json --output-watch-events` prints, with a time. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** RFC 3339 with milliseconds. */
  readonly time: string;
  readonly object: Pod | ApiEvent;
}
