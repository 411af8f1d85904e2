import { containerLabel } from '../printers/container-label.ts';
import { podGroups } from './create-timeline.ts';
import type { PodTrack, Segment, SegmentState, Timeline } from './model.ts';
import { letter } from './text.ts';
import { titleOf } from './summary.ts';

/**
 * A timeline as a Gantt diagram of Mermaid, which GitHub and others draw in Markdown. A section is a container; what is on the
 * critical path is `crit`; the axis is the clock of the first run.
 */
export function timelineMermaid(timeline: Timeline): string {
  const start = Date.parse(timeline.runs[0]?.startedAt ?? '') || 0;
  const many = podGroups(timeline).length > 1;
  const hasRuns = timeline.runs.length > 1;
  let count = 0;
  const task = (text: string, tags: readonly string[], fromMs: number, toMs: number): string =>
    `    ${word(text)} :${[...tags, `t${count++}`, Math.round(start + fromMs), Math.round(start + toMs)].join(', ')}`;
  const sections = podGroups(timeline).flatMap((group) =>
    group.flatMap((track) => {
      const name = [...(many ? [track.name] : []), ...(hasRuns ? [`${letter(track.run)} ${timeline.runs[track.run]?.label ?? ''}`] : [])];
      return [
        `    section ${word([...name, 'Pod'].join(' '))}`,
        ...track.phases.map(({ phase, fromMs, toMs }) => task(phase, [phase === 'Failed' ? 'crit' : 'active'], fromMs, toMs)),
        ...(track.criticalPath.goal === 'ready' ? [task('Ready', ['milestone'], track.criticalPath.atMs, track.criticalPath.atMs)] : []),
        ...track.containers.flatMap((container) => [
          `    section ${word([...name, containerLabel(container)].join(' '))}`,
          ...container.segments.map((segment) =>
            task(segment.text, tagsOf(segment, isCritical(track, container.name, segment)), segment.fromMs, segment.toMs),
          ),
          ...container.marks
            .filter(({ kind }) => kind === 'error' || kind === 'failure')
            .map(({ text, atMs }) => task(text, ['crit', 'milestone'], atMs, atMs)),
        ]),
      ];
    }),
  );
  const axisFormat = timeline.endMs < 60_000 ? '%M:%S' : '%H:%M:%S';
  return [
    'gantt',
    `    title ${word(titleOf(timeline))}`,
    '    dateFormat x',
    `    axisFormat ${timeline.endMs < 5000 ? '%S.%L' : axisFormat}`,
    ...sections,
    '',
  ].join('\n');
}

function tagsOf({ state }: Segment, critical: boolean): string[] {
  return [...(critical ? ['crit'] : []), ...(tags[state] === '' ? [] : [tags[state]])];
}

/** Mermaid knows three looks: `done` is grey, `active` light, none full. */
const tags: Readonly<Record<SegmentState, string>> = {
  waiting: 'done',
  backOff: 'done',
  pulling: 'active',
  starting: 'active',
  running: 'active',
  ready: '',
  terminating: 'done',
};

function isCritical({ criticalPath }: PodTrack, name: string, { fromMs, toMs }: Segment): boolean {
  return criticalPath.links.some((link) => link.container === name && link.fromMs < toMs && fromMs < link.toMs);
}

/** Text without what has a meaning in the diagram. */
function word(text: string): string {
  const plain = text
    .replaceAll(': ', ', ')
    .replaceAll(/[:;#%{}<>&"`\\]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain === '' ? '-' : Array.from(plain).slice(0, 80).join('');
}
