import { elapsed } from '../printers/duration.ts';
import type { CriticalLink, CriticalPath, PodTrack, Timeline } from './model.ts';
import { letter } from './text.ts';
import type { TextTheme } from './text-theme.ts';

/**
 * The critical path of each Pod as text, the latest container first as `systemd-analyze critical-chain` has it: `@` is when the
 * container's part began, after the Pod's creation, `+` how long it took, and of what that was made up.
 */
export function criticalPathText(timeline: Timeline, theme: TextTheme): string {
  const chains = timeline.pods.map((track) => {
    const label = timeline.runs.length > 1 ? `${letter(track.run)} ${timeline.runs[track.run]?.label ?? ''}: ` : '';
    return chain(track, label, theme).join('\n');
  });
  return `${chains.join('\n\n')}\n`;
}

function chain({ name, criticalPath, createdMs }: PodTrack, label: string, { glyphs, colors }: TextTheme): string[] {
  const steps = stepsOf(criticalPath.links).toReversed();
  const head = `${label}${colors.bold(name)} ${goals[criticalPath.goal]} @${elapsed(criticalPath.atMs - createdMs)}`;
  return [
    head,
    ...steps.map(({ container, links, fromMs, toMs }, depth) => {
      const indent = ' '.repeat(Math.min(depth, deepest) * glyphs.branch.length) + glyphs.branch;
      const parts = links.map((link) => `${link.what} ${elapsed(link.toMs - link.fromMs)}`).join(', ');
      const details = container === undefined ? '' : `  ${colors.dim(parts)}`;
      return `${indent}${container ?? links[0]?.what ?? ''} @${elapsed(fromMs - createdMs)} ${colors.red(`+${elapsed(toMs - fromMs)}`)}${details}`;
    }),
  ];
}

/** Long chains go on below each other. */
const deepest = 20;

const goals: Readonly<Record<CriticalPath['goal'], string>> = {
  ready: 'Ready',
  completed: 'Completed',
  failed: 'Failed',
  unfinished: 'not Ready by',
};

interface Step {
  readonly container?: string;
  readonly links: CriticalLink[];
  readonly fromMs: number;
  toMs: number;
}

/** What a container did in a row. */
function stepsOf(links: readonly CriticalLink[]): Step[] {
  const steps: Step[] = [];
  for (const link of links) {
    const last = steps.at(-1);
    if (last && last.container === link.container) {
      last.links.push(link);
      last.toMs = link.toMs;
    } else
      steps.push({
        ...(link.container !== undefined && { container: link.container }),
        links: [link],
        fromMs: link.fromMs,
        toMs: link.toMs,
      });
  }
  return steps;
}
