import { minimumStopSeconds } from '../../lifecycle/grace.ts';
import type { Explanation } from '../explain-workload.ts';
import type { ContainerStop, StopPlan } from '../stop-plan.ts';
import { section } from './document.ts';
import type { Section } from './document.ts';
import { duration, list, paragraph, span, verb } from './words.ts';

/** Who gets which signal when, and out of which budget. */
export function describeStop({ stop, containers }: Explanation): Section[] {
  const main = stop.containers.filter(({ role }) => role === 'main');
  const sidecars = stop.containers.filter(({ role }) => role === 'sidecar');
  const inits = containers.filter(({ role }) => role === 'init').map(({ name }) => name);
  const steps = [atOnceText(main, sidecars), ...sidecars.map(turnText), lastResortText(stop, main, sidecars)];
  return section(
    'How it stops',
    {
      kind: 'text',
      text: `When the Pod is deleted, all containers share one budget of ${duration(stop.graceSeconds)} (terminationGracePeriodSeconds).`,
    },
    { kind: 'steps', items: steps },
    { kind: 'text', text: paragraph(duringInitText(inits, sidecars), signalText(stop)) },
    { kind: 'text', text: paragraph(...ignoredTexts(stop)) },
  );
}

function atOnceText(main: readonly ContainerStop[], sidecars: readonly ContainerStop[]): string {
  const signalled = main.filter(({ preStop }) => !preStop);
  const hooked = main.filter(({ preStop }) => preStop);
  const early = sidecars.filter(({ preStop }) => preStop).map(({ container }) => container);
  return paragraph(
    signalled.length > 0 && `At once, ${signals(signalled)}.`,
    ...hooked.map(
      ({ container, preStopSeconds, signalAtSeconds, ...rest }) =>
        `The preStop hook of ${container} runs first; ${signalName(rest)} follows ${preStopSeconds === undefined ? `when it has ended, after ${duration(signalAtSeconds.latest)} at the latest` : `after ${duration(preStopSeconds)}`}.`,
    ),
    early.length > 0 &&
      `The preStop ${verb(early, 'hook', 'hooks')} of ${list(early)} ${verb(early, 'starts', 'start')} at once too: hooks of sidecars do not wait for their turn.`,
  );
}

function signals(stops: readonly ContainerStop[]): string {
  const [first] = stops;
  const names = list(stops.map(({ container }) => container));
  return `${names} ${verb(stops, 'gets', 'get')} ${first === undefined ? 'SIGTERM' : signalName(first)}`;
}

function turnText({ container, after, preStop, ...rest }: ContainerStop): string {
  const own = preStop ? `, and the preStop hook of ${container} too,` : ',';
  return `When ${list(after)} ${verb(after, 'has', 'have')} ended${own} ${container} gets ${signalName(rest)}.`;
}

function lastResortText(
  { graceSeconds, latestEndSeconds }: StopPlan,
  main: readonly ContainerStop[],
  sidecars: readonly ContainerStop[],
): string {
  const killed = list(
    main.map(({ container }) => container),
    'or',
  );
  const waiting = list(
    sidecars.map(({ container }) => container),
    'or',
  );
  const kills = main.map(({ killAtSeconds }) => killAtSeconds);
  const [earliest, latest] = [Math.min(...kills.map((range) => range.earliest)), Math.max(...kills.map((range) => range.latest))];
  return paragraph(
    `After ${earliest === latest ? duration(latest) : span(earliest, latest)}, SIGKILL ends ${killed} if still running.`,
    sidecars.length > 0 &&
      (sidecars.length === 1
        ? `If ${waiting} has not had its turn by ${duration(graceSeconds)}, it gets its signal then, and SIGKILL ${minimumStopSeconds} s later.`
        : `Sidecars that have not had their turn by ${duration(graceSeconds)} (${waiting}) get their signals then, all together, and SIGKILL ${minimumStopSeconds} s later.`),
    `The Pod is gone after ${duration(latestEndSeconds)} at the latest.`,
  );
}

function duringInitText(inits: readonly string[], sidecars: readonly ContainerStop[]): string | undefined {
  if (inits.length === 0) return undefined;
  const names = list(sidecars.map(({ container }) => container));
  return `If the Pod is deleted while ${list(inits, 'or')} still runs, that container gets its signal at once${names === '' ? '' : `, and ${names} ${verb(sidecars, 'does', 'do')} not wait for it`}.`;
}

function signalText({ containers }: StopPlan): string | undefined {
  const asked = containers.flatMap(({ container, stopSignal }) => (stopSignal === undefined ? [] : [`${stopSignal} for ${container}`]));
  if (asked.length === 0) return 'SIGTERM stands for the STOPSIGNAL of the image, if it has one.';
  return `lifecycle.stopSignal (${list(asked)}) needs the feature gate ContainerStopSignals, which is off in Kubernetes 1.36; without it, the image's STOPSIGNAL or SIGTERM is sent.`;
}

/** `SIGTERM`, or what the manifest asks for. */
function signalName({ stopSignal }: Pick<ContainerStop, 'stopSignal'>): string {
  return stopSignal ?? 'SIGTERM';
}

/** One sentence for all that ignore it in the same way. */
function ignoredTexts({ containers, initContainers, graceSeconds }: StopPlan): string[] {
  const groups = new Map<string, string[]>();
  for (const { container, role, ignoresSigterm } of [...initContainers, ...containers]) {
    if (ignoresSigterm === undefined) continue;
    const { by, program } = ignoresSigterm;
    const why = by === 'shell' ? `a script of ${program} without a trap` : program;
    const cost = role === 'sidecar' ? 'probably lasts until SIGKILL' : `probably takes the whole ${duration(graceSeconds)}`;
    const text = `${why} as process 1, which ignores SIGTERM: stopping ${cost}`;
    groups.set(text, [...(groups.get(text) ?? []), container]);
  }
  return [...groups].map(([text, names]) => `${list(names)} ${verb(names, 'runs', 'run')} ${text}.`);
}
