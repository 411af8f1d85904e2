import * as v from 'valibot';
import type { Attempt, Fault, Latencies } from './behaviour.ts';
import { durationMs } from './duration.ts';

/**
 * What containers do and what befalls their Pods in a simulation. Everything is optional: what is not said is derived from the
 * manifest (`deriveBehaviour`).
 */
export interface Scenario {
  readonly seed: number | undefined;
  /** Virtual time at which the simulation ends at the latest. */
  readonly untilMs: number | undefined;
  readonly latencies: Partial<Latencies>;
  /** For every Pod. */
  readonly story: PodStory;
  /** For one Pod, by its name; comes before what is for all. */
  readonly pods: Readonly<Record<string, PodStory>>;
}

export interface PodStory {
  /** By container; the last attempt repeats. */
  readonly containers: Readonly<Record<string, readonly PartialAttempt[]>>;
  readonly faults: readonly Fault[];
}

/** What the scenario says of an attempt; the rest is derived. */
export type PartialAttempt = { readonly [K in keyof Attempt]?: Attempt[K] | undefined };

/** Chooses a time between two, in milliseconds. */
export type Choose = (fromMs: number, toMs: number) => number;

export const emptyScenario: Scenario = {
  seed: undefined,
  untilMs: undefined,
  latencies: {},
  story: { containers: {}, faults: [] },
  pods: {},
};

/**
 * Reads the decoded content of a scenario file or annotation.
 *
 * @param choose - Called once for every duration that is a range (`2s-4s`).
 * @throws Error with a line for everything that is wrong: `containers.app.0.run: expected ...`.
 */
export function parseScenario(value: unknown, choose: Choose): Scenario {
  if (Array.isArray(value)) throw new Error('scenario: expected a mapping, found a list');
  const { issues, output } = v.safeParse(scenarioSchema(choose), value ?? {});
  if (issues === undefined) return output;
  throw new Error(issues.map((issue) => `${v.getDotPath(issue) ?? 'scenario'}: ${issue.message}`).join('\n'));
}

function scenarioSchema(choose: Choose): v.GenericSchema<unknown, Scenario> {
  const duration = durationSchema(choose);
  const exit = v.pipe(v.number('expected an exit code'), v.integer(), v.minValue(0), v.maxValue(255));
  const probe = probeSchema(duration);
  const hook = v.pipe(
    v.strictObject({ takes: v.optional(duration, 0), fails: v.optional(v.boolean(), false) }),
    v.transform(({ takes, fails }) => ({ takesMs: takes, ok: !fails })),
  );
  const reaction = v.union(
    [
      v.pipe(
        v.literal('ignore'),
        v.transform(() => 'ignore' as const),
      ),
      v.pipe(
        v.strictObject({ after: v.optional(duration, 0), exit: v.optional(exit, 143) }),
        v.transform(({ after, exit: exitCode }) => ({ afterMs: after, exitCode })),
      ),
    ],
    'expected "ignore" or {after, exit}',
  );
  const attempt = v.pipe(
    v.strictObject({
      run: v.optional(v.union([duration, v.literal('forever')], durationMessage)),
      exit: v.optional(exit),
      oomKilled: v.optional(v.boolean()),
      message: v.optional(v.string()),
      stop: v.optional(reaction),
      pull: v.optional(duration),
      pullFails: v.optional(v.string()),
      createFails: v.optional(v.string()),
      startFails: v.optional(v.string()),
      startup: v.optional(probe),
      readiness: v.optional(probe),
      liveness: v.optional(probe),
      postStart: v.optional(hook),
      preStop: v.optional(hook),
    }),
    v.transform(toAttempt),
  );
  // One attempt alone needs no list.
  const attempts = v.pipe(
    v.unknown(),
    v.transform((one) => (Array.isArray(one) ? (one as unknown[]) : [one])),
    v.array(attempt),
    v.minLength(1, 'expected at least one attempt'),
  );
  const story = {
    containers: v.optional(v.record(v.string(), attempts), {}),
    events: v.optional(v.array(faultSchema(duration, exit)), []),
  };
  const toStory = ({ containers, events }: { containers: Record<string, PartialAttempt[]>; events: Fault[] }): PodStory => ({
    containers,
    faults: events,
  });
  return v.pipe(
    v.strictObject({
      seed: v.optional(v.pipe(v.number(), v.integer())),
      until: v.optional(duration),
      latency: v.optional(
        v.strictObject({
          sandbox: v.optional(duration),
          create: v.optional(duration),
          start: v.optional(duration),
          probe: v.optional(duration),
        }),
        {},
      ),
      ...story,
      pods: v.optional(v.record(v.string(), v.pipe(v.strictObject(story), v.transform(toStory))), {}),
    }),
    v.transform(({ seed, until, latency, pods, ...all }) => ({
      seed,
      untilMs: until,
      latencies: toLatencies(latency),
      story: toStory(all),
      pods,
    })),
  );
}

const durationMessage = 'expected a duration like 5s, 1m30s or 500ms, or a range like 2s-4s';

type Duration = v.GenericSchema<unknown, number>;

function durationSchema(choose: Choose): Duration {
  return v.pipe(
    v.union([v.pipe(v.number(), v.minValue(0)), v.string()], durationMessage),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const [from, to] = String(dataset.value).split('-').map(toMs);
      if (from === undefined || (to === undefined && String(dataset.value).includes('-'))) {
        addIssue({ message: `${durationMessage}, found ${JSON.stringify(dataset.value)}` });
        return NEVER;
      }
      return to === undefined ? from : choose(from, to);
    }),
  );
}

/** Plain numbers are seconds. */
function toMs(text: string): number | undefined {
  const trimmed = text.trim();
  return /^\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) * 1000 : durationMs(trimmed);
}

function probeSchema(duration: Duration): v.GenericSchema<unknown, readonly { fromMs: number; untilMs: number }[]> {
  const window = v.pipe(
    v.strictObject({ from: v.optional(duration, 0), until: v.optional(duration) }),
    v.transform(({ from, until }) => ({ fromMs: from, untilMs: until ?? Infinity })),
  );
  return v.union(
    [
      v.pipe(
        v.boolean(),
        v.transform((good) => (good ? [{ fromMs: 0, untilMs: Infinity }] : [])),
      ),
      v.pipe(
        window,
        v.transform((one) => [one]),
      ),
      v.array(window),
    ],
    'expected true, false, {from, until} or a list of these: when the probe answers well',
  );
}

function faultSchema(duration: Duration, exit: v.GenericSchema<unknown, number>): v.GenericSchema<unknown, Fault> {
  const seconds = v.pipe(v.number(), v.integer(), v.minValue(0));
  const at = { at: duration };
  return v.union(
    [
      v.pipe(
        v.strictObject({ ...at, delete: v.union([v.literal(true), v.strictObject({ gracePeriod: v.optional(seconds) })]) }),
        v.transform(({ at: atMs, delete: asked }): Fault => ({
          atMs,
          kind: 'delete',
          graceSeconds: asked === true ? undefined : asked.gracePeriod,
        })),
      ),
      v.pipe(
        v.strictObject({ ...at, reboot: v.literal(true) }),
        v.transform(({ at: atMs }): Fault => ({ atMs, kind: 'reboot' })),
      ),
      v.pipe(
        v.strictObject({ ...at, restartSupervisor: v.literal(true) }),
        v.transform(({ at: atMs }): Fault => ({ atMs, kind: 'restart-supervisor' })),
      ),
      v.pipe(
        v.strictObject({ ...at, crash: v.strictObject({ container: v.string(), exit: v.optional(exit, 1) }) }),
        v.transform(({ at: atMs, crash }): Fault => ({ atMs, kind: 'crash', container: crash.container, exitCode: crash.exit })),
      ),
      v.pipe(
        v.strictObject({ ...at, oomKill: v.string() }),
        v.transform(({ at: atMs, oomKill }): Fault => ({ atMs, kind: 'oom-kill', container: oomKill })),
      ),
      v.pipe(
        v.strictObject({ ...at, setImage: v.strictObject({ container: v.string(), image: v.string() }) }),
        v.transform(({ at: atMs, setImage }): Fault => ({ atMs, kind: 'set-image', ...setImage })),
      ),
      v.pipe(
        v.strictObject({ ...at, evict: v.string() }),
        v.transform(({ at: atMs, evict }): Fault => ({ atMs, kind: 'evict', message: evict })),
      ),
    ],
    'expected {at, and one of delete, reboot, restartSupervisor, crash, oomKill, setImage, evict}',
  );
}

interface AttemptInput {
  readonly run?: number | 'forever' | undefined;
  readonly exit?: number | undefined;
  readonly oomKilled?: boolean | undefined;
  readonly message?: string | undefined;
  readonly stop?: 'ignore' | { readonly afterMs: number; readonly exitCode: number } | undefined;
  readonly pull?: number | undefined;
  readonly pullFails?: string | undefined;
  readonly createFails?: string | undefined;
  readonly startFails?: string | undefined;
  readonly startup?: readonly { fromMs: number; untilMs: number }[] | undefined;
  readonly readiness?: readonly { fromMs: number; untilMs: number }[] | undefined;
  readonly liveness?: readonly { fromMs: number; untilMs: number }[] | undefined;
  readonly postStart?: { takesMs: number; ok: boolean } | undefined;
  readonly preStop?: { takesMs: number; ok: boolean } | undefined;
}

/** Only what was said stands in the result. */
function toAttempt(input: AttemptInput): PartialAttempt {
  const { run, exit, oomKilled, stop, startup, readiness, liveness, pull, pullFails, createFails, startFails, ...rest } = input;
  const probes = { ...(startup && { startup }), ...(readiness && { readiness }), ...(liveness && { liveness }) };
  const fails = (
    [
      ['pull', pullFails],
      ['create', createFails],
      ['start', startFails],
    ] as const
  ).find(([, message]) => message !== undefined);
  return {
    ...rest,
    ...(run === undefined ? {} : { runMs: run === 'forever' ? undefined : run }),
    // OOM kills end a container with SIGKILL.
    ...(exit === undefined && oomKilled !== true ? {} : { exitCode: exit ?? 137 }),
    ...(oomKilled === true ? { reason: 'OOMKilled' as const } : {}),
    ...(stop === undefined ? {} : { onStop: [{ fromMs: 0, stop }] }),
    ...(pull === undefined ? {} : { pullMs: pull }),
    ...(fails === undefined ? {} : { fails: { at: fails[0], message: fails[1] ?? '' } }),
    ...(Object.keys(probes).length === 0 ? {} : { probes }),
  };
}

function toLatencies({
  sandbox,
  create,
  start,
  probe,
}: {
  sandbox?: number | undefined;
  create?: number | undefined;
  start?: number | undefined;
  probe?: number | undefined;
}): Partial<Latencies> {
  return {
    ...(sandbox === undefined ? {} : { sandboxMs: sandbox }),
    ...(create === undefined ? {} : { createMs: create }),
    ...(start === undefined ? {} : { startMs: start }),
    ...(probe === undefined ? {} : { probeMs: probe }),
  };
}
