import type { Span } from '../trace/container-timeline.ts';

/** What a container does in a span of its time; `reason` is what it waits for, if it waits for anything. */
export function describeSpan(state: Span['state'], reason: string | undefined): string {
  switch (state) {
    case 'running':
      return reason ? `running, ${reason}` : 'running';
    case 'ready':
      return 'ready';
    case 'waiting':
      return reason ?? 'waiting';
    case 'backOff':
      return reason ?? 'waits for the next attempt';
    case 'terminating':
      return reason ?? 'is stopping';
  }
}
