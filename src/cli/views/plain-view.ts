import type { Clock } from '../../engine/clock.ts';
import { roleMark } from '../../printers/container-label.ts';
import { describeWait } from '../../printers/describe-wait.ts';
import { elapsed } from '../../printers/duration.ts';
import { type ContainerTimeline, type Span, waitKey } from '../../trace/container-timeline.ts';
import { type PodTimeline, RunModel, isPod, podKey } from '../../trace/run-model.ts';
import { containerText, currentSpan, exitText } from './container-text.ts';
import { eventText } from './event-text.ts';
import { containerName, nameWidth, podName, titleOf } from './names.ts';
import { outputText } from './output-text.ts';
import { PullLines } from './pull-lines.ts';
import { Pulls } from './pulls.ts';
import type { Output, RunView } from './run-view.ts';
import { type Style, Palette } from './style.ts';
import { summary } from './summary.ts';

export interface TextViewOptions {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  readonly style: Style;
}

/**
 * A run as lines, for pipes, files and terminals that cannot be redrawn: time since the start, `pod/container`, then `|` and a
 * line of output, or `-` and what happened to the container.
 */
export function plainView({ stdout, stderr, clock, style }: TextViewOptions): RunView {
  const model = new RunModel();
  const pulls = new Pulls();
  const palette = new Palette(style.colors);
  const shown = new Map<string, string>();
  const startedAt = clock.now();
  let width = 0;

  const print = (time: number, name: string, separator: string, text: string): void => {
    const stamp = style.colors.dim(elapsed(time - startedAt).padStart(7));
    stdout.write(`${stamp} ${palette.color(name)(name.padEnd(width))} ${separator} ${text}\n`);
  };

  /** Prints how containers ended and what became of the Pod. */
  const printEnds = (pod: PodTimeline, now: number): void => {
    for (const container of pod.containers) {
      if (container.exit === undefined || !isNew(`${pod.key}/${container.name} exit`, String(container.exit.time))) continue;
      print(now, containerName(pod.key, container.name), '-', exitText(container) + roleMark(container));
    }
    if (isNew(pod.key, phaseText(pod))) print(now, podName(pod.key), '-', phaseText(pod));
  };
  /** Prints what containers do now. Those that wait for the same thing share a line. */
  const printStates = (pod: PodTimeline, now: number): void => {
    const groups = new Map<string, string[]>();
    for (const container of pod.containers) {
      const span = currentSpan(container);
      if (!isNew(`${pod.key}/${container.name}`, stateKey(container)) || span === undefined || isBrief(span)) continue;
      const text = containerText(container, now) + roleMark(container);
      groups.set(text, [...(groups.get(text) ?? []), container.name]);
    }
    for (const [text, [first = '', ...others]] of groups) {
      print(now, containerName(pod.key, first), '-', others.length === 0 ? text : `${text} (also ${others.join(', ')})`);
    }
  };
  const isNew = (name: string, state: string): boolean => {
    const before = shown.get(name);
    shown.set(name, state);
    return before !== state;
  };

  const pullLines = new PullLines(clock, (pod, wait) => {
    print(clock.now(), containerName(pod, wait.container), '-', describeWait(wait, clock.now()));
  });

  /** A new status is often followed at once by what the containers then wait for: both become one line. */
  let pending: { readonly pod: string; readonly time: number; readonly cancel: () => void } | undefined;
  const flush = (): void => {
    if (pending === undefined) return;
    const { pod, time, cancel } = pending;
    pending = undefined;
    cancel();
    const timeline = model.pod(pod);
    if (timeline) printStates(timeline, time);
  };

  const settle = (pod: string, time: number): void => {
    pending ??= { pod, time, cancel: clock.at(time + settleMs, flush) };
  };

  return {
    start({ pods, runtime }) {
      width = nameWidth(pods, 40);
      stdout.write(`${style.colors.bold(titleOf(pods, runtime))}\n`);
    },
    watch({ type, time, object }) {
      const now = Date.parse(time);
      const key = isPod(object) ? podKey(object) : undefined;
      if (pending?.pod !== key) flush();
      model.watch({ type, time, object });
      if (!isPod(object)) {
        const { name, text } = eventText(object);
        print(now, name, '-', object.type === 'Warning' ? style.colors.yellow(text) : style.colors.dim(text));
        return;
      }
      const pod = model.pod(podKey(object));
      if (pod === undefined) return;
      printEnds(pod, now);
      settle(pod.key, now);
      if (type === 'DELETED') print(now, podName(pod.key), '-', 'deleted');
    },
    output(pod, { container, time, text }) {
      flush();
      print(time, containerName(pod, container), '|', outputText(text, style.colors.isColorSupported));
    },
    waits(pod, waits) {
      if (pending?.pod !== pod) flush();
      const known = pulls.waits(pod, waits);
      model.waits(pod, known, clock.now());
      settle(pod, clock.now());
      pullLines.waits(pod, known);
    },
    pull: (pod, container, progress) => pullLines.waits(pod, pulls.pull(pod, container, progress)),
    probe: (pod, report) => model.probe(pod, report),
    ended: flush,
    notice: (message) => void stderr.write(`outrider: ${message}\n`),
    finish: () =>
      new Promise((resolve) => {
        flush();
        pullLines.stop();
        const lines = summary(model, { startedAt, now: clock.now(), style });
        stdout.write(['', ...lines, ''].join('\n'), resolve);
      }),
  };
}

const settleMs = 5;

function phaseText({ pod }: PodTimeline): string {
  const { phase, reason, message } = pod.status;
  const text = [phase || 'Pending', reason, message].filter(Boolean).join(': ');
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  if (deletionTimestamp === undefined || phase === 'Succeeded' || phase === 'Failed') return text;
  return `${text}, is being deleted (grace period ${deletionGracePeriodSeconds ?? 0}s)`;
}

function stateKey(container: ContainerTimeline): string {
  const span = currentSpan(container);
  return [span?.state, waitKey(span?.wait), container.restarts].join();
}

/** What passes in an instant and would only fill the screen: steps of a start that has not failed. */
function isBrief({ state, wait }: Span): boolean {
  if (state !== 'waiting') return false;
  if (wait?.cause.kind === 'Volumes' || wait?.cause.kind === 'Sandbox') return wait.cause.message === undefined;
  return wait === undefined || wait.cause.kind === 'Starting' || wait.cause.kind === 'ImagePull' || wait.cause.kind === 'StartOrder';
}
