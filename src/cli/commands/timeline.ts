import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { foldRecording } from '../../trace/recording.ts';
import { createTimeline } from '../../timeline/create-timeline.ts';
import { criticalPathText } from '../../timeline/critical-path-text.ts';
import { timelineHtml } from '../../timeline/html.ts';
import { timelineMermaid } from '../../timeline/mermaid.ts';
import type { Timeline } from '../../timeline/model.ts';
import { timelineSvg } from '../../timeline/svg.ts';
import { timelineText } from '../../timeline/text.ts';
import { Failure, exitCodes } from '../failure.ts';
import { readAllInputs } from '../input.ts';
import { readRecordedRun } from '../recorded-run.ts';
import { timelineTheme, timelineWidth } from '../views/timeline-theme.ts';
import type { CommandIO } from './validate.ts';

export const timelineFormats = ['text', 'svg', 'html', 'json', 'mermaid'] as const;
export type TimelineFormat = (typeof timelineFormats)[number];

export interface TimelineArguments {
  /** Files, folders, URLs or `-`, in the order given; each is a run. */
  readonly files: readonly string[];
  /** Undefined: what the name of `output` ends in, otherwise text. */
  readonly format: TimelineFormat | undefined;
  readonly criticalPath: boolean;
  /** Undefined: standard output. */
  readonly output: string | undefined;
}

export interface TimelineIO extends CommandIO {
  readonly stdout: CommandIO['stdout'] & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * `outrider timeline`: draws recorded or simulated runs, several laid over one another.
 *
 * @throws {Failure} with exit code 1 when something cannot be read or written, 2 when the options do not go together.
 */
export async function runTimeline({ files, format, criticalPath, output }: TimelineArguments, io: TimelineIO): Promise<number> {
  const chosen = format ?? formatOf(output) ?? 'text';
  if (criticalPath && chosen !== 'text' && chosen !== 'json') {
    const message = `--critical-path is text or json, found --format ${chosen}; the picture marks the critical path anyway`;
    throw new Failure(message, { exitCode: exitCodes.usage });
  }
  const { sources, problems } = await readAllInputs(files, io.stdin, mostBytes);
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  const labels = labelsOf(sources.map(({ file }) => file));
  const runs = sources.map((source, index) => {
    const { events, notes } = readRecordedRun(source);
    for (const note of notes) io.stderr.write(`note: ${note}\n`);
    return { label: labels[index] ?? source.file, pods: foldRecording(events) };
  });
  const text = render(createTimeline(runs), chosen, criticalPath, output === undefined ? io : { ...io, stdout: plainOutput });
  if (output === undefined) io.stdout.write(text);
  else await save(output, text);
  return exitCodes.ok;
}

/** A run of days is more than any manifest. */
const mostBytes = 256 * 1024 * 1024;

const plainOutput = { write: () => undefined, isTTY: false };

function render(timeline: Timeline, format: TimelineFormat, criticalPath: boolean, { stdout, env }: TimelineIO): string {
  switch (format) {
    case 'text': {
      const theme = timelineTheme(stdout, env);
      const width = timelineWidth(stdout, env);
      return criticalPath ? criticalPathText(timeline, theme) : timelineText(timeline, { ...theme, width });
    }
    case 'svg':
      return timelineSvg(timeline);
    case 'html':
      return timelineHtml(timeline);
    case 'mermaid':
      return timelineMermaid(timeline);
    case 'json': {
      const paths = timeline.pods.map(({ run, name, createdMs, criticalPath: found }) => ({ run, name, createdMs, ...found }));
      return `${JSON.stringify(criticalPath ? { runs: timeline.runs, items: paths } : timeline, null, 2)}\n`;
    }
  }
}

function formatOf(output: string | undefined): TimelineFormat | undefined {
  const extension = path.extname(output ?? '').toLowerCase();
  return ({ '.svg': 'svg', '.html': 'html', '.htm': 'html', '.json': 'json', '.mmd': 'mermaid', '.mermaid': 'mermaid' } as const)[
    extension
  ];
}

/** Their names without folder and ending, as far as that tells them apart. */
function labelsOf(files: readonly string[]): string[] {
  const short = files.map((file) => path.basename(file).replace(/\.(?:ndjson|jsonl|json|ya?ml)$/, '') || file);
  return short.map((label, index) => (short.indexOf(label) === short.lastIndexOf(label) ? label : (files[index] ?? label)));
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new Failure(`${file}: cannot be written: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
