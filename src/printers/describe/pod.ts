import type { Wait } from '../../lifecycle/wait.ts';
import { qosClass } from '../../pod/qos.ts';
import type { ApiEvent, Pod, PodSpec } from '../../pod/types.ts';
import { describeWait } from '../describe-wait.ts';
import { humanDuration } from '../duration.ts';
import { eventAge, sortedEvents } from '../event-columns.ts';
import { type Row, alignColumns } from '../tab-writer.ts';
import { containerRows, resourceRows } from './container.ts';
import { mapRows, row, timeText } from './rows.ts';
import { volumeRows } from './volume.ts';

export interface PodDescription {
  readonly pod: Pod;
  readonly events: readonly ApiEvent[];
  /** What its containers wait for; kubectl has no such thing, it stands before the Events. */
  readonly waits: readonly Wait[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A Pod line by line as `kubectl describe pod` has it. */
export function describePod({ pod, events, waits, now }: PodDescription): string[] {
  const { spec, status } = pod;
  const rows = [
    ...headRows(pod, now),
    ...(spec.resources === undefined ? [] : [row(0, 'Resources:'), ...resourceRows(spec.resources, 1)]),
    ...(spec.initContainers?.length ? containerRows('Init Containers', spec.initContainers, status.initContainerStatuses, pod) : []),
    ...containerRows('Containers', spec.containers, status.containerStatuses, pod),
    ...ephemeralRows(pod),
    ...readinessGateRows(pod),
    ...(status.conditions?.length ? [row(0, 'Conditions:'), row(1, 'Type', 'Status')] : []),
    ...(status.conditions ?? []).map((condition) => row(1, `${condition.type} `, `${condition.status} `)),
    ...volumeRows(spec.volumes),
    row(0, 'QoS Class:', qosClass(pod)),
    ...mapRows('Node-Selectors', spec.nodeSelector),
    ...tolerationRows(spec.tolerations),
    ...(waits.length === 0 ? [] : [row(0, 'Waits:')]),
    ...waits.map((wait) => row(1, `${wait.container}:`, describeWait(wait, now))),
  ];
  return events.length === 0
    ? alignColumns([...rows, row(0, 'Events:', '<none>')])
    : [...alignColumns(rows), ...alignColumns(eventRows(events, now))];
}

function headRows(pod: Pod, now: number): Row[] {
  const { metadata, spec, status } = pod;
  const optional = (title: string, text: string | undefined): Row[] => (text ? [row(0, `${title}:`, text)] : []);
  const profile = spec.securityContext.seccompProfile;
  return [
    row(0, 'Name:', metadata.name),
    row(0, 'Namespace:', metadata.namespace),
    ...optional('Priority', spec.priority === undefined ? undefined : String(spec.priority)),
    ...optional('Priority Class Name', spec.priorityClassName),
    ...optional('Runtime Class Name', spec.runtimeClassName),
    ...optional('Service Account', spec.serviceAccountName),
    row(0, 'Node:', spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'),
    ...optional('Start Time', status.startTime && timeText(status.startTime)),
    ...mapRows('Labels', metadata.labels),
    ...annotationRows(metadata.annotations),
    ...phaseRows(pod, now),
    ...optional('Reason', status.reason),
    ...optional('Message', status.message),
    ...optional('SeccompProfile', profile?.type),
    ...optional('LocalhostProfile', profile?.localhostProfile),
    row(0, 'IP:', status.podIP ?? ''),
    ...(status.podIPs?.length ? [row(0, 'IPs:')] : [row(0, 'IPs:', '<none>')]),
    ...(status.podIPs ?? []).map(({ ip }) => row(1, 'IP:', ip)),
    ...optional('Controlled By', controllerOf(pod)),
  ];
}

function phaseRows({ metadata, status }: Pod, now: number): Row[] {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  if (deletionTimestamp === undefined || status.phase === 'Failed' || status.phase === 'Succeeded')
    return [row(0, 'Status:', status.phase)];
  const since = humanDuration(now - Date.parse(deletionTimestamp));
  return [row(0, 'Status:', `Terminating (lasts ${since})`), row(0, 'Termination Grace Period:', `${deletionGracePeriodSeconds}s`)];
}

const longestAnnotation = 140;

function annotationRows(annotations: Pod['metadata']['annotations'] = {}): Row[] {
  const keys = Object.keys(annotations)
    .filter((key) => key !== 'kubectl.kubernetes.io/last-applied-configuration')
    .sort();
  if (keys.length === 0) return [row(0, 'Annotations:', '<none>')];
  return keys.flatMap((key, index) => {
    const title = index === 0 ? 'Annotations:' : '';
    const value = (annotations[key] ?? '').replace(/\n$/, '');
    if (value.length + key.length + 2 <= longestAnnotation && !value.includes('\n')) return [row(0, title, `${key}: ${value}`)];
    const lines = value
      .split('\n')
      .map((line) => (line.length > longestAnnotation - 2 ? `${line.slice(0, longestAnnotation - 2)}...` : line));
    return [row(0, title, `${key}:`), ...lines.map((line) => row(0, '', `  ${line}`))];
  });
}

function controllerOf({ metadata }: Pod): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner && `${owner.kind}/${owner.name}`;
}

function ephemeralRows(pod: Pod): Row[] {
  const { ephemeralContainers = [] } = pod.spec;
  if (ephemeralContainers.length === 0) return [];
  return containerRows(
    'Ephemeral Containers',
    ephemeralContainers as Pod['spec']['containers'],
    pod.status.ephemeralContainerStatuses,
    pod,
  );
}

function readinessGateRows({ spec, status }: Pod): Row[] {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return [];
  const statusOf = (type: string): string => status.conditions?.find((condition) => condition.type === type)?.status ?? '<none>';
  return [
    row(0, 'Readiness Gates:'),
    row(1, 'Type', 'Status'),
    ...gates.map(({ conditionType }) => row(1, `${conditionType} `, `${statusOf(conditionType)} `)),
  ];
}

function tolerationRows(tolerations: PodSpec['tolerations'] = []): Row[] {
  if (tolerations.length === 0) return [row(0, 'Tolerations:', '<none>')];
  const sorted = tolerations.toSorted((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
  return sorted.map(({ key = '', operator, value, effect, tolerationSeconds }, index) => {
    const what = `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
    const exists = operator === 'Exists' && !value ? `${what === '' ? '' : ' '}op=Exists` : '';
    const until = tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`;
    return row(0, index === 0 ? 'Tolerations:' : '', what + exists + until);
  });
}

function eventRows(events: readonly ApiEvent[], now: number): Row[] {
  return [
    row(0, 'Events:'),
    row(1, 'Type', 'Reason', 'Age', 'From', 'Message'),
    row(1, '----', '------', '----', '----', '-------'),
    ...sortedEvents(events).map((event) => {
      const { type = '', reason = '', source, reportingComponent, involvedObject, message = '' } = event;
      const text = involvedObject.fieldPath ? `${involvedObject.fieldPath}: ${message.trim()}` : message.trim();
      return row(1, type, reason, eventAge(event, now), source?.component || reportingComponent, text);
    }),
  ];
}
