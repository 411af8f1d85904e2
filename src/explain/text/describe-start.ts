import type { Explanation } from '../explain-workload.ts';
import type { ProbeFacts } from '../probe-facts.ts';
import type { StartStep } from '../start-plan.ts';
import { describeHandler } from './describe-handler.ts';
import { section } from './document.ts';
import type { Section } from './document.ts';
import { duration, list, paragraph, verb } from './words.ts';

/** In which order the containers start, what each of them waits for, and when the Pod is Ready. */
export function describeStart({ start, probes }: Explanation): Section[] {
  const items = [...start.steps.map((step) => stepText(step, probes)), readyText(start, probes)];
  const volumes = 'First all volumes are mounted. Each image is pulled just before its container starts, not ahead of time.';
  return section('How it starts', { kind: 'text', text: volumes }, { kind: 'steps', items });
}

function stepText({ container, role, after }: StartStep, probes: readonly ProbeFacts[]): string {
  const what = `${container} ${{ init: 'runs to its end', sidecar: 'starts and keeps running', main: 'starts' }[role]}.`;
  if (after === undefined) return what;
  const { of } = after;
  switch (after.kind) {
    case 'InitCompletion':
      return `When ${of} has ended with exit code 0, ${what}`;
    case 'StartupProbe': {
      const probe = probes.find((one) => one.container === of && one.kind === 'startup');
      const asked = probe === undefined ? '' : ` (${describeHandler(probe.handler)}, every ${duration(probe.periodSeconds)})`;
      return `When the startup probe of ${of} has passed${asked}, ${what}`;
    }
    case 'PostStart':
      return `When the postStart hook of ${of} has ended, ${what}`;
    case 'SidecarRunning':
      return `As soon as ${of} runs, ${what} Whether ${of} is ready by then, nobody asks: it has no startup probe.`;
    case 'StartOrder':
      return `Right after ${of}, ${what} It does not wait for ${of} to be ready.`;
  }
}

function readyText({ readyNeeds, earliestReadySeconds }: Explanation['start'], probes: readonly ProbeFacts[]): string {
  const probed = readyNeeds.filter(({ readinessProbe }) => readinessProbe).map(({ container }) => container);
  const others = readyNeeds.filter(({ readinessProbe }) => !readinessProbe).map(({ container }) => container);
  const byStartup = others.filter((name) => probes.some(({ container, kind }) => container === name && kind === 'startup'));
  const running = others.filter((name) => !byStartup.includes(name));
  const needs = [
    ...(probed.length > 0
      ? [`${verb(probed, 'the readiness probe', 'the readiness probes')} of ${list(probed)} ${verb(probed, 'has', 'have')} passed`]
      : []),
    ...(byStartup.length > 0
      ? [`the startup ${verb(byStartup, 'probe', 'probes')} of ${list(byStartup)} ${verb(byStartup, 'has', 'have')} passed`]
      : []),
    ...(running.length > 0 ? [`${list(running)} ${verb(running, 'runs', 'run')}`] : []),
  ];
  return paragraph(
    `The Pod is Ready when ${list(needs)}.`,
    running.length > 0 && `Without a readiness probe, running is all that is asked of ${list(running)}.`,
    earliestReadySeconds > 0 && `The delays of probes and hooks alone take ${duration(earliestReadySeconds)}; it is not Ready before that.`,
  );
}
