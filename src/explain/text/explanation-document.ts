import type { Explanation } from '../explain-workload.ts';
import { describeCompletion } from './describe-completion.ts';
import { describeContainers } from './describe-containers.ts';
import { describeFailures } from './describe-failures.ts';
import { describeProbes } from './describe-probes.ts';
import { describeStart } from './describe-start.ts';
import { describeStop } from './describe-stop.ts';
import { section } from './document.ts';
import type { Document } from './document.ts';
import { count, duration, list } from './words.ts';

/** An explanation as a text to read. */
export function explanationDocument(explanation: Explanation): Document {
  const { kind, name, file, containers, restartPolicy, stop, misconceptions } = explanation;
  const counts = (
    [
      ['init', 'init container'],
      ['sidecar', 'native sidecar'],
      ['main', 'main container'],
    ] as const
  ).flatMap(([role, noun]) => {
    const number = containers.filter((container) => container.role === role).length;
    return number === 0 ? [] : [count(number, noun)];
  });
  return {
    title: `${kind} ${name} (${file})`,
    intro: [`${list(counts)}; restartPolicy ${restartPolicy}; ${duration(stop.graceSeconds)} to stop.`],
    sections: [
      ...describeContainers(explanation),
      ...describeStart(explanation),
      ...describeFailures(explanation),
      ...describeCompletion(explanation),
      ...describeStop(explanation),
      ...describeProbes(explanation),
      ...section('Often believed, but not so here', {
        kind: 'claims',
        items: misconceptions.map(({ belief, fact }) => ({ claim: belief, answer: fact })),
      }),
    ],
  };
}
