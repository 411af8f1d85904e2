import type { Explanation } from '../explain-workload.ts';
import type { HookFacts } from '../hook-facts.ts';
import type { ProbeFacts, ProbeKill } from '../probe-facts.ts';
import { describeHandler } from './describe-handler.ts';
import { section } from './document.ts';
import type { Section, Term } from './document.ts';
import { count, duration, list, paragraph, span } from './words.ts';

/** What each probe and hook can do, and how soon. */
export function describeProbes(explanation: Explanation): Section[] {
  const items: Term[] = [
    ...explanation.probes.map((probe) => ({
      term: `${probe.container}: ${probe.kind} probe`,
      container: probe.container,
      text: probeText(probe),
    })),
    ...explanation.hooks.map((hook) => ({
      term: `${hook.container}: ${hook.hook} hook`,
      container: hook.container,
      text: hookText(hook, explanation),
    })),
  ];
  return section('What probes and hooks can do', { kind: 'terms', items });
}

function probeText(probe: ProbeFacts): string {
  const { handler, periodSeconds, timeoutSeconds, initialDelaySeconds, afterStartupProbe } = probe;
  const asked = `${describeHandler(handler)}, every ${duration(periodSeconds)}, with ${duration(timeoutSeconds)} to answer${initialDelaySeconds > 0 ? `, not before ${duration(initialDelaySeconds)}` : ''}${afterStartupProbe ? ', once the startup probe has passed' : ''}.`;
  return paragraph(capital(asked), { startup: startupText, readiness: readinessText, liveness: livenessText }[probe.kind](probe));
}

function startupText(probe: ProbeFacts): string {
  const { container, passesAfterSeconds, killedAfterSeconds, kill } = probe;
  return paragraph(
    passesAfterSeconds > 0 && `It can pass after ${duration(passesAfterSeconds)} at the earliest.`,
    'No other probe is asked before.',
    killedAfterSeconds &&
      kill &&
      `If it has not passed ${span(killedAfterSeconds.earliest, killedAfterSeconds.latest)} after the start (${failures(probe)}), ${container} is killed${killText(kill)}`,
  );
}

function livenessText(probe: ProbeFacts): string {
  const { container, killedAfterSeconds, noticedAfterSeconds, kill } = probe;
  return paragraph(
    kill &&
      `When ${container} stops answering, it is killed ${span(noticedAfterSeconds.earliest, noticedAfterSeconds.latest)} later (${failures(probe)})${killText(kill)}`,
    killedAfterSeconds &&
      `If it never answers, that is ${span(killedAfterSeconds.earliest, killedAfterSeconds.latest)} after its start: it has to be up by then, since no startup probe gives it more time.`,
  );
}

function readinessText(probe: ProbeFacts): string {
  const { container, passesAfterSeconds, noticedAfterSeconds, successThreshold, periodSeconds } = probe;
  const goods = successThreshold > 1 ? ` (${successThreshold} good answers in a row, ${duration(periodSeconds)} apart)` : '';
  return paragraph(
    passesAfterSeconds > 0 && `${container} is ready ${duration(passesAfterSeconds)} after its start at the earliest${goods}.`,
    `When it stops answering, it is not ready any more ${span(noticedAfterSeconds.earliest, noticedAfterSeconds.latest)} later (${failures(probe)}). A failing readiness probe never restarts it.`,
  );
}

function killText({ graceSeconds, restarted, restarts, onlyAfterFailure }: ProbeKill): string {
  if (!restarted) return ` with ${duration(graceSeconds)} to end, and stays ended.`;
  const atOnce = restarts.findIndex(({ waitedSeconds }) => waitedSeconds > 0);
  const waits = restarts.slice(Math.max(atOnce, 0)).map(({ waitedSeconds }) => duration(waitedSeconds));
  const schedule =
    atOnce < 0
      ? `the first ${restarts.length} restarts come at once`
      : `the first ${count(atOnce, 'restart')} come at once, the next ones after ${list(waits)}`;
  const condition = onlyAfterFailure ? ' What has to wait is only restarted if it ended with another exit code than 0.' : '';
  return ` with ${duration(graceSeconds)} to end, and started again. If that comes as early every time, ${schedule}.${condition}`;
}

function hookText(facts: HookFacts, explanation: Explanation): string {
  const { handler, hook } = facts;
  if (handler.tcpSocket !== undefined) return 'The API accepts a tcpSocket hook, but the kubelet cannot run it: it always fails.';
  const what = capital(`${describeHandler(handler)}.`);
  return paragraph(what, hook === 'postStart' ? postStartText(facts, explanation) : preStopText(facts, explanation));
}

function postStartText({ container }: HookFacts, { start, failures: facts }: Explanation): string {
  const next = start.steps.find(({ after }) => after?.of === container)?.container;
  const failure = facts.find((one) => one.container === container);
  const restarted = failure !== undefined && failure.restarts.length > 0;
  return paragraph(
    `It runs beside the program, which does not wait for it, and has no time limit.`,
    `${next === undefined ? `${container} does` : `Until it has ended, ${next} does not start and ${container} does`} not count as running.`,
    `If it fails, ${container} is killed${restarted ? ' and started again with back-off' : ''}.`,
  );
}

function preStopText({ container, seconds }: HookFacts, { stop }: Explanation): string {
  const took = seconds === undefined ? 'What it takes' : `Its ${duration(seconds)}`;
  return paragraph(
    `It runs before the stop signal whenever the kubelet stops ${container}, not when that ends by itself.`,
    `${took} is part of the ${duration(stop.graceSeconds)}; if it is not done by then, it is abandoned. If it fails, the stop goes on.`,
  );
}

function failures({ failureThreshold }: ProbeFacts): string {
  return failureThreshold === 1 ? 'one failure' : `${failureThreshold} failures in a row`;
}

function capital(text: string): string {
  return text.replace(/^(?:runs|sleeps)\b/, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}
