import { minimumStopSeconds } from '../lifecycle/grace.ts';
import type { Check } from './misconception.ts';
import { duration, list, verb } from './text/words.ts';

const helperOutlivesMain: Check = (_pod, { completion: { likelySidecars, main }, hooks }) => {
  if (likelySidecars.length === 0) return undefined;
  const served = main.filter((name) => !likelySidecars.includes(name));
  const held = (name: string): boolean =>
    hooks.some(({ container, hook }) => container === name && hook === 'postStart') &&
    served.every((other) => main.indexOf(other) > main.indexOf(name));
  const unheld = likelySidecars.filter((name) => !held(name));
  const stop = `${list(likelySidecars)} ${verb(likelySidecars, 'gets its stop signal', 'get their stop signals')} together with ${list(served)} and may be gone while ${verb(served, 'that still finishes', 'those still finish')}.`;
  const start = `Nor ${verb(served, 'does', 'do')} ${list(served)} wait until ${list(unheld)} ${verb(unheld, 'is', 'are')} ready.`;
  return {
    id: 'helper-outlives-main',
    containers: likelySidecars,
    belief: 'A helper in containers is there before the application needs it, and until the application has ended.',
    fact: `${stop} ${unheld.length === 0 ? '' : `${start} `}A native sidecar with a startupProbe is there from before the start until after the end.`,
  };
};

const sidecarHookWaits: Check = (_pod, { hooks }) => {
  const found = hooks.filter(({ role, hook }) => role === 'sidecar' && hook === 'preStop').map(({ container }) => container);
  return found.length === 0
    ? undefined
    : {
        id: 'sidecar-prestop-waits',
        containers: found,
        belief: "A sidecar's preStop hook runs when its turn to stop has come.",
        fact: `The ${verb(found, 'hook', 'hooks')} of ${list(found)} ${verb(found, 'starts', 'start')} at once, while the main containers still work. Only the stop signal waits.`,
      };
};

const hookTimeIsExtra: Check = (_pod, { stop }) => {
  const found = stop.containers.filter(({ preStop }) => preStop);
  const [first] = found;
  if (first === undefined) return undefined;
  const left = first.preStopSeconds === undefined ? undefined : Math.max(stop.graceSeconds - first.preStopSeconds, minimumStopSeconds);
  return {
    id: 'prestop-time-is-extra',
    containers: found.map(({ container }) => container),
    belief: 'The grace period begins when the preStop hook has ended.',
    fact: `The hook's time is part of the ${duration(stop.graceSeconds)}. ${left === undefined ? `What the hook of ${first.container} takes is missing afterwards` : `After its hook, ${first.container} has ${duration(left)} left between its signal and SIGKILL`}; ${minimumStopSeconds} s always remain.`,
  };
};

const graceIsHard: Check = (_pod, { stop }) => {
  if (stop.latestEndSeconds <= stop.graceSeconds) return undefined;
  const late = stop.containers.filter(({ killAtSeconds }) => killAtSeconds.latest > stop.graceSeconds).map(({ container }) => container);
  return {
    id: 'grace-is-hard',
    containers: late,
    belief: 'When the grace period is over, everything is killed.',
    fact: `Every container has ${minimumStopSeconds} s between its signal and SIGKILL, however late the signal comes: ${list(late)} may live until ${duration(stop.latestEndSeconds)} after the deletion.`,
  };
};

const httpHookFails: Check = (_pod, { hooks }) => {
  const found = hooks.filter(({ handler }) => handler.httpGet !== undefined);
  return found.length === 0
    ? undefined
    : {
        id: 'http-hook-fails',
        containers: [...new Set(found.map(({ container }) => container))],
        belief: 'An HTTP hook that is answered with an error has failed.',
        fact: `Any answer is a success, 500 as well: the ${list([...new Set(found.map(({ hook, container }) => `${hook} hook of ${container}`))])} only ${verb(found, 'fails', 'fail')} when nobody answers.`,
      };
};

/** What is often taken for granted about how a Pod stops. */
export const stopMisconceptions: readonly Check[] = [helperOutlivesMain, sidecarHookWaits, hookTimeIsExtra, graceIsHard, httpHookFails];
