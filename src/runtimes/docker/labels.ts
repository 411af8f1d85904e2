import type { Labels } from '../containers/container-engine.ts';

/** Labels of this engine's own beside those that it is given. */
export const ownLabels = {
  /** `docker-api`: what the events are told by. Podman finds nothing by a label's name alone. */
  engine: 'outrider.engine',
  /** `sandbox`, `container`, `volume`, `network`, or `helper`. */
  kind: 'outrider.kind',
  /** Of a container or volume: the ID of its sandbox. */
  sandbox: 'outrider.sandbox',
  attempt: 'outrider.sandbox-attempt',
  logDirectory: 'outrider.log-directory',
  /** `refused`: on this machine oom_score_adj cannot be lowered. */
  oomScore: 'outrider.oom-score-adj',
} as const;

/** What everything has that is made at the engine. */
export function kindLabels(kind: 'sandbox' | 'container' | 'volume' | 'network' | 'helper'): Labels {
  return { [ownLabels.engine]: engineLabel, [ownLabels.kind]: kind };
}

export const engineLabel = 'docker-api';

/** Names the state folder that something belongs to: one network for each. */
export const instanceLabel = 'outrider.instance';

/** As the API's filters want them. */
export function labelFilter(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`);
}
