import type { ApiEvent } from '../../pod/types.ts';
import { containerName, podName } from './names.ts';

/** An Event as one line, and the name of what it is about: `pod/container`, or the Pod. */
export function eventText({ involvedObject, type = 'Normal', reason = '', message = '', count = 1 }: ApiEvent): EventText {
  const key = `${involvedObject.namespace ?? 'default'}/${involvedObject.name ?? ''}`;
  const container = /\{(.+)\}$/.exec(involvedObject.fieldPath ?? '')?.[1];
  const repeats = count > 1 ? ` (x${count})` : '';
  const text = `${type} ${reason}: ${message.trim().replaceAll(/\s+/g, ' ')}${repeats}`;
  return { name: container ? containerName(key, container) : podName(key), text };
}

export interface EventText {
  readonly name: string;
  readonly text: string;
}
