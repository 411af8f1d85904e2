import type { ContainerTimeline, Mark } from '../trace/container-timeline.ts';
import { printable } from './printable.ts';
import type { TimelineMark } from './model.ts';

/** What happened to a container at single moments, in words. `at` puts a time on the axis. */
export function marksOf({ marks }: ContainerTimeline, at: (time: number) => number): TimelineMark[] {
  return marks.map((mark) => ({ atMs: at(mark.time), ...appearance(mark) })).toSorted((a, b) => a.atMs - b.atMs);
}

function appearance(mark: Mark): Omit<TimelineMark, 'atMs'> {
  switch (mark.kind) {
    case 'restart':
      return { kind: 'restart', text: 'restarted' };
    case 'exit': {
      const signal = mark.signal === undefined ? '' : `, signal ${mark.signal}`;
      const text = `exit code ${mark.exitCode}${signal}${mark.reason ? ` (${oneLine(mark.reason)})` : ''}`;
      return { kind: mark.exitCode === 0 || mark.wasStopped ? 'exit' : 'error', text };
    }
    case 'probe': {
      if (mark.result === 'success') return { kind: 'success', text: `${mark.probe} probe passed` };
      return { kind: 'failure', text: oneLine(mark.message) || `${mark.probe} probe: ${mark.result}` };
    }
    case 'hook':
      if (mark.failure === undefined) return { kind: 'hook', text: `${mark.hook} hook` };
      return { kind: 'failure', text: `${mark.hook} hook failed: ${oneLine(mark.failure)}` };
    case 'kill':
      return { kind: 'kill', text: oneLine(mark.message) };
  }
}

function oneLine(text = ''): string {
  return printable(text).trim();
}
