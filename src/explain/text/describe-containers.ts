import type { ContainerFacts, Explanation } from '../explain-workload.ts';
import type { SidecarReason } from '../traditional-sidecar.ts';
import { section } from './document.ts';
import type { Section } from './document.ts';
import { list, paragraph } from './words.ts';

/** What each container is. */
export function describeContainers({ containers, failures }: Explanation): Section[] {
  return section('Containers', {
    kind: 'terms',
    items: containers.map((container) => {
      const facts = failures.find((one) => one.container === container.name);
      return { term: container.name, container: container.name, text: roleText(container, facts?.holdsBack ?? []) };
    }),
  });
}

function roleText({ role, sidecarReasons, image }: ContainerFacts, behind: readonly string[]): string {
  if (role === 'init') return `Init container (${image}): runs to its end before ${list(behind)} may start.`;
  if (role === 'sidecar') {
    return `Native sidecar (${image}): stands in initContainers with restartPolicy Always, so it starts before ${list(behind)} and stays until the end.`;
  }
  if (sidecarReasons.length === 0) return `Main container (${image}).`;
  return paragraph(
    `Main container (${image}), likely a traditional sidecar: ${list(sidecarReasons.map(reasonText))}.`,
    'Kubernetes does not know that: it starts, stops and counts it like every main container.',
  );
}

function reasonText(reason: SidecarReason): string {
  switch (reason.kind) {
    case 'image':
      return `its image, ${reason.image}, ${reason.does}`;
    case 'name':
      return `its name says ${reason.word}`;
    case 'command':
      return `it follows a file in the volume ${reason.volume} with ${reason.program}`;
    case 'volume':
      return `it only reads the volume ${reason.volume}, which ${list(reason.writers)} may write`;
  }
}
