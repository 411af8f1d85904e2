import type { EventList, WatchLine } from '../../agent/api-types.ts';
import type { ApiEvent } from '../../pod/types.ts';
import { eventColumns, sortedEvents } from '../../printers/event-columns.ts';
import { exitCodes, Failure } from '../failure.ts';
import { merged } from '../merged.ts';
import { parsePodName } from '../pod-name.ts';
import { type ListFormat, printedList } from '../printed-list.ts';
import { connectSupervisors, nothingRuns, type PodScope } from '../supervisors.ts';
import { table } from '../table.ts';
import { outputText } from '../views/output-text.ts';
import type { CommandIO } from './validate.ts';

export interface EventsArguments extends PodScope {
  /** `NAME` or `pod/NAME`; undefined: of all Pods. */
  readonly pod: string | undefined;
  readonly allNamespaces: boolean;
  /** `Normal`, `Warning`; empty: both. */
  readonly types: readonly string[];
  readonly output: 'text' | ListFormat;
  readonly noHeaders: boolean;
  readonly watch: boolean;
  /** Milliseconds since the epoch; ages count from it. */
  readonly now: () => number;
}

/** `outrider events`: prints Events as `kubectl events` does. */
export async function runEvents(args: EventsArguments, { stdout, stderr }: Pick<CommandIO, 'stdout' | 'stderr'>): Promise<number> {
  const types = new Set(args.types.map((type) => type.toLowerCase()));
  for (const type of types) {
    if (type !== 'normal' && type !== 'warning') throw new Failure('valid --types are Normal or Warning', { exitCode: exitCodes.usage });
  }
  const isWanted = ({ type = '' }: ApiEvent): boolean => types.size === 0 || types.has(type.toLowerCase());
  const clients = await connectSupervisors(args.stateDir);
  const path = eventsPath(args);
  const lists = await Promise.all(clients.map((client) => client.get<EventList>(path)));
  const events = sortedEvents(lists.flatMap(({ items }) => items)).filter(isWanted);
  const { output, watch, namespace, allNamespaces } = args;
  if (output !== 'text') stdout.write(await printedList(events, output));
  else if (events.length === 0 && !watch) {
    const where = allNamespaces ? 'No events found.' : `No events found in ${namespace} namespace.`;
    stderr.write(`${clients.length === 0 ? nothingRuns(args.stateDir) : where}\n`);
  } else {
    const print = eventPrinter(args, stdout);
    print(events);
    if (!watch) return exitCodes.ok;
    const seen = new Set(events.map(versionOf));
    for await (const { type, object } of merged<WatchLine>(clients.map((client) => client.watch(path)))) {
      const event = object as ApiEvent;
      if (type !== 'DELETED' && isWanted(event) && !seen.has(versionOf(event))) print([event]);
    }
  }
  return exitCodes.ok;
}

function eventsPath({ allNamespaces, namespace, pod }: EventsArguments): string {
  const path = allNamespaces ? '/api/v1/events' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  return pod === undefined ? path : `${path}?fieldSelector=involvedObject.name=${parsePodName(pod)}`;
}

/** An Event that came again is told again. */
function versionOf({ metadata, count }: ApiEvent): string {
  return `${metadata?.uid ?? ''} ${count ?? 0}`;
}

function eventPrinter(
  { allNamespaces, noHeaders, now }: EventsArguments,
  stdout: CommandIO['stdout'],
): (events: readonly ApiEvent[]) => void {
  const widths: number[] = [];
  const namespaceCells = (namespace: string): string[] => (allNamespaces ? [namespace] : []);
  let header = noHeaders ? [] : [[...namespaceCells('NAMESPACE'), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']];
  return (events) => {
    const rows = events.map((event) => {
      const { lastSeen, type, reason, object, message } = eventColumns(event, now());
      const cells = [...namespaceCells(event.metadata?.namespace ?? ''), lastSeen, type, reason, object, message];
      return cells.map((cell) => outputText(cell.replaceAll('\n', ' '), false));
    });
    for (const line of table([...header, ...rows], widths)) stdout.write(`${line}\n`);
    header = [];
  };
}
