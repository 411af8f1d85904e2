import type { Explanation } from '../explain-workload.ts';
import type { Consequence, ExitRule, FailureFacts } from '../failure-facts.ts';
import { consequenceOf } from '../failure-facts.ts';
import type { Restart } from '../restart-schedule.ts';
import { section } from './document.ts';
import type { Section, Term } from './document.ts';
import { duration, list, paragraph, verb } from './words.ts';

/** What each container's end leads to, and when its restarts come. */
export function describeFailures(explanation: Explanation): Section[] {
  const { failures, job } = explanation;
  const items: Term[] = failures.map((facts) => ({
    term: facts.container,
    container: facts.container,
    text: failureText(facts, explanation),
  }));
  const restarts = failures.find(({ restarts: all }) => all.length > 0)?.restarts;
  return section(
    'When a container fails',
    { kind: 'terms', items },
    { kind: 'text', text: restarts === undefined ? '' : backOffText(restarts, job !== undefined) },
  );
}

function failureText(facts: FailureFacts, explanation: Explanation): string {
  const rules = facts.exits.filter(({ exitCodes }) => exitCodes !== 'otherFailures').flatMap((rule) => ruleText(rule, facts) ?? []);
  return paragraph(...rules, generalText(facts, explanation, rules.length > 0));
}

/** Exit codes that a restart rule treats in another way than the policy would. */
function ruleText({ exitCodes, consequence }: ExitRule, facts: FailureFacts): string | undefined {
  if (exitCodes === 'otherFailures') return undefined;
  const codes = exitCodes.filter(
    (code) => code !== 0 || (consequence === 'restart' && facts.policy !== 'Always') || consequence === 'restartAllContainers',
  );
  if (codes.length === 0 || (facts.role === 'sidecar' && consequence === 'restart')) return undefined;
  return `Exit code ${list(codes.map(String), 'or')} ${consequences[consequence]} (restartPolicyRules).`;
}

const consequences: Readonly<Record<Consequence, string>> = {
  restart: 'restarts it',
  restartAllContainers:
    'restarts all containers: everything is killed without hooks or grace, the volumes stay, and all init containers run again',
  staysEnded: 'leaves it ended',
  next: 'completes it',
  podFails: 'fails the Pod',
};

function generalText(facts: FailureFacts, { containers, completion }: Explanation, hasRules: boolean): string {
  const any = hasRules ? 'With any other failure' : 'If it fails';
  const failure = consequenceOf(facts, 'otherFailures');
  if (facts.role === 'sidecar') return sidecarText(facts, hasRules);
  if (facts.role === 'init') return initText(facts, any, failure);
  if (failure === 'restartAllContainers') return `${any}, all containers start again, init containers too.`;
  const inits = containers.filter(({ role }) => role === 'init').map(({ name }) => name);
  const alone = inits.length === 0 ? '' : ` ${list(inits)} ${verb(inits, 'does', 'do')} not run again.`;
  const others = completion.main.filter((name) => name !== facts.container);
  if (failure === 'restart') {
    const policy = policyText(facts);
    const what =
      consequenceOf(facts, 0) === 'restart'
        ? `${hasRules ? 'With any other exit code, 0 too, it is restarted' : 'It is restarted'} ${policy}${hasRules ? '' : ', whatever its exit code is, 0 too'}`
        : `${any}, it is restarted ${policy}; exit code 0 ends it for good`;
    return `${what}.${alone}`;
  }
  const fails =
    others.length === 0
      ? 'The Pod is Failed'
      : `${list(others)} ${verb(others, 'goes', 'go')} on; when all main containers have ended, the Pod is Failed`;
  return `${any}, it stays ended ${policyText(facts)}. ${fails}.`;
}

function initText(
  { holdsBack, notRepeated, sidecarsBefore, ...facts }: FailureFacts,
  any: string,
  failure: Consequence | undefined,
): string {
  if (failure === 'restartAllContainers') return `${any}, all containers start again, from the first init container on.`;
  const sidecars = sidecarsBefore.length === 0 ? '' : list(sidecarsBefore);
  if (failure === 'podFails') {
    return paragraph(
      `${any}, the Pod is Failed ${policyText(facts)}: ${list(holdsBack)} never ${verb(holdsBack, 'starts', 'start')}.`,
      sidecars !== '' && `${sidecars} ${verb(sidecarsBefore, 'is', 'are')} stopped.`,
    );
  }
  const untouched = [
    ...(notRepeated.length > 0 ? [`${list(notRepeated)} ${verb(notRepeated, 'does', 'do')} not run again`] : []),
    ...(sidecars === '' ? [] : [`${sidecars} ${verb(sidecarsBefore, 'keeps', 'keep')} running`]),
    `${list(holdsBack)} ${verb(holdsBack, 'waits', 'wait')}`,
  ];
  return `${any}, it alone runs again ${policyText(facts)}: ${list(untouched)}.`;
}

function sidecarText({ holdsBack }: FailureFacts, hasRules: boolean): string {
  return paragraph(
    `It is restarted whatever its exit code is${hasRules ? ' otherwise' : ', 0 too'}, and whatever the Pod's restartPolicy is. Nothing else is restarted.`,
    `Until it has come up once more, ${list(holdsBack)} ${verb(holdsBack, 'waits', 'wait')} if not started yet, and the Pod is not Ready.`,
  );
}

function policyText({ policyOf, policy }: Pick<FailureFacts, 'policyOf' | 'policy'>): string {
  return policyOf === 'pod' ? `(restartPolicy ${policy})` : `(its own restartPolicy ${policy})`;
}

function backOffText(restarts: readonly Restart[], isJob: boolean): string {
  const [, ...waits] = restarts.map(({ waitedSeconds }) => waitedSeconds);
  const longest = waits.at(-1) ?? 0;
  const growing = waits.slice(0, waits.indexOf(longest));
  const starts = [0, ...restarts.map(({ atSeconds }) => atSeconds)];
  return paragraph(
    `Restarts: the first one comes at once; the next ones wait ${list([...growing.map(duration), `from then on ${duration(longest)}`])}, counted from the container's end (CrashLoopBackOff).`,
    `A container that fails as soon as it starts is started at ${list(starts.map(duration))}${isJob ? ', unless the Job ends it before' : ''}.`,
    'One that has run for more than 10 min begins anew, without a wait.',
  );
}
