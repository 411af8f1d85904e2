import type { Labels } from '../containers/container-engine.ts';

/** Labels of this engine's own beside those that it is given. */
export const ownLabels = {
  /** `sandbox`, `container`, `volume`, `network`, or `helper`: everything that is made at the engine has it. */
  kind: 'outrider.kind',
  /** Of a container or volume: the ID of its sandbox. */
  sandbox: 'outrider.sandbox',
  attempt: 'outrider.sandbox-attempt',
  logDirectory: 'outrider.log-directory',
  /** `refused`: on this machine oom_score_adj cannot be lowered. */
  oomScore: 'outrider.oom-score-adj',
} as const;

/** Names the state folder that something belongs to: one network for each. */
export const instanceLabel = 'outrider.instance';

/** As the API's filters want them. */
export function labelFilter(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}
