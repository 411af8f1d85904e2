import type { ContainerRole } from '../trace/container-timeline.ts';

/** What stands behind the name of a container that was added to the Pod while it ran, in kubectl's word; nothing behind others. */
export function roleMark({ role }: { readonly role: ContainerRole }): string {
  return role === 'ephemeral' ? ' (ephem)' : '';
}

/** A container's name with its mark. */
export function containerLabel(container: { readonly name: string; readonly role: ContainerRole }): string {
  return container.name + roleMark(container);
}
