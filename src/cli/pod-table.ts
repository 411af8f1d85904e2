import type { Pod } from '../pod/types.ts';
import { ageCell, podColumns, restartsCell } from '../printers/columns.ts';
import { table } from './table.ts';
import { outputText } from './views/output-text.ts';

export interface PodTableOptions {
  readonly wide: boolean;
  readonly allNamespaces: boolean;
  readonly noHeaders: boolean;
}

/** Pods in rows, as `kubectl get pods` prints them; rows added later line up with those before. */
export class PodTable {
  readonly #options: PodTableOptions;
  readonly #widths: number[] = [];
  #hasHeader = false;

  constructor(options: PodTableOptions) {
    this.#options = options;
  }

  /** AGE and RESTARTS count from `now`, in milliseconds since the epoch. */
  lines(pods: readonly Pod[], now: number): string[] {
    const { noHeaders } = this.#options;
    const header = this.#hasHeader || noHeaders ? [] : [this.#header()];
    this.#hasHeader = true;
    return table([...header, ...pods.map((pod) => this.#row(pod, now))], this.#widths);
  }

  #header(): string[] {
    const { wide, allNamespaces } = this.#options;
    const more = wide ? ['IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES'] : [];
    return [...(allNamespaces ? ['NAMESPACE'] : []), 'NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', ...more];
  }

  #row(pod: Pod, now: number): string[] {
    const { wide, allNamespaces } = this.#options;
    const { metadata } = pod;
    const columns = podColumns(pod);
    const cells = [metadata.name, columns.ready, columns.status, restartsCell(columns, now), ageCell(pod, now)];
    const row = [...(allNamespaces ? [metadata.namespace] : []), ...cells, ...(wide ? wideCells(pod) : [])];
    return row.map((cell) => outputText(cell, false));
  }
}

function wideCells({ spec, status }: Pod): string[] {
  const gates = spec.readinessGates ?? [];
  const isTrue = (type: string): boolean => status.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
  const passed = gates.filter(({ conditionType }) => isTrue(conditionType)).length;
  const readinessGates = gates.length === 0 ? '' : `${passed}/${gates.length}`;
  return [status.podIP, spec.nodeName, status.nominatedNodeName, readinessGates].map((cell) => cell || '<none>');
}
