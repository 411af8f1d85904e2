import { formatQuantity, quantityRatio } from '../../pod/quantity.ts';
import type { Pod } from '../../pod/types.ts';
import { qosClass } from '../../pod/qos.ts';
import { type Calculation, type PhaseNeed, calculations } from '../../resources/calculation.ts';
import { formula, phaseName } from '../../resources/formula.ts';
import { qosReason } from '../../resources/qos-reason.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

export interface ResourcesTextOptions {
  readonly style: Style;
  /** Columns that may be used. Undefined: as many as it takes. */
  readonly width?: number;
}

/**
 * The resources of a Pod for a person: its QoS class and why, then for each request and limit what every phase needs of it, as a
 * bar and as a sum, and how the Pod's value follows from that. `title` says which Pod it is.
 */
export function resourcesText(title: string, pod: Pod, { style, width = Infinity }: ResourcesTextOptions): string[] {
  const { bold } = style.colors;
  const all = calculations(pod);
  const resources = [...new Set(all.map(({ resource }) => resource))];
  const sections = resources.flatMap((name) =>
    resourceSections(
      all.filter(({ resource }) => resource === name),
      style,
      width - indent.length,
    ),
  );
  const verdict = `QoS class ${qosClass(pod)}: ${qosReason(pod)}`;
  return [
    ...wrap(title, width).map(bold),
    ...[...wrap(verdict, width - indent.length), ...sections.flatMap((lines) => ['', ...lines])].map((line) => (indent + line).trimEnd()),
  ];
}

const indent = '  ';

/** Request and limit in one section where they come about in the same way. */
function resourceSections(parts: readonly Calculation[], style: Style, width: number): string[][] {
  const bodies = parts.map((part) => body(part, style, width - indent.length));
  const remarks = parts.map(remarksOn);
  const headings = parts.map(({ list }) => (list === 'requests' ? 'request' : 'limit'));
  const [first, second] = bodies;
  const [calculation] = parts;
  const isOne = calculation && second && first?.join('\n') === second.join('\n') && remarks[1]?.length === 0;
  const section = (index: number, heading: string): string[] => {
    const part = parts[index];
    if (!part) return [];
    const notes = (remarks[index] ?? []).flatMap((remark) => wrap(remark, width - indent.length));
    const title = style.colors.bold(`${part.resource} ${heading} ${formatQuantity(part.total)}`);
    return [title, ...[...(bodies[index] ?? []), ...notes].map((line) => indent + line)];
  };
  return isOne ? [section(0, headings.join(' and '))] : parts.map((_, index) => section(index, headings[index] ?? ''));
}

/** The phases, then the formula. */
function body(calculation: Calculation, style: Style, width: number): string[] {
  const { phases, deciding } = calculation;
  const barWidth = width < 60 ? 10 : 20;
  const rows = phases.map((need): Row => {
    const isDeciding = need === deciding && phases.length > 1;
    return { name: phaseName(need), isDeciding, need: formatQuantity(need.need), bar: bar(need, barWidth, style), sum: sumText(need) };
  });
  // Where no container has a value, the formula says it all.
  const lines = deciding ? layout(rows, { barWidth, width, emphasis: style.colors.bold }) : [];
  return [...lines, ...formula(calculation).flatMap((line) => wrap(line, width))];
}

/** All but the bar is ASCII, so that its length is its width. */
interface Row {
  readonly name: string;
  readonly isDeciding: boolean;
  readonly need: string;
  readonly bar: string;
  readonly sum: string;
}

interface Layout {
  readonly barWidth: number;
  readonly width: number;
  readonly emphasis: (text: string) => string;
}

const gap = '   ';
const leastSumWidth = 24;

/** A table; where the sums have too little room in it, they stand below each row, and where even that is too wide, all of it does. */
function layout(rows: readonly Row[], { barWidth, width, emphasis }: Layout): string[] {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const needWidth = Math.max(...rows.map(({ need }) => need.length));
  const sumStart = nameWidth + needWidth + barWidth + 3 * gap.length;
  const title = ({ name, isDeciding }: Row, padding: number): string => (isDeciding ? emphasis : String)(name) + ' '.repeat(padding);
  const start = (row: Row): string => title(row, nameWidth - row.name.length) + gap + row.need.padEnd(needWidth) + gap + row.bar;
  const sumLines = ({ sum }: Row): string[] => wrap(sum, width - indent.length).map((line) => indent + line);
  if (rows.every(({ sum }) => sumStart + sum.length <= width) || sumStart + leastSumWidth <= width) {
    return rows.flatMap((row) => {
      const [first = '', ...others] = wrap(row.sum, width - sumStart);
      return [start(row) + gap + first, ...others.map((line) => ' '.repeat(sumStart) + line)];
    });
  }
  if (sumStart - gap.length <= width) return rows.flatMap((row) => [start(row), ...sumLines(row)]);
  return rows.flatMap((row) => [title(row, 0), `${indent}${row.bar} ${row.need}`, ...sumLines(row)]);
}

/** What the phase needs, and what is reserved beyond that. */
function bar({ part }: PhaseNeed, width: number, { colors, glyphs }: Style): string {
  const { ready: needed, waiting: unused } = glyphs.states;
  // Whatever is needed at all is seen.
  const length = part > 0 ? Math.min(Math.max(Math.round(part * width), 1), width) : 0;
  return colors.green(needed.repeat(length)) + colors.dim(unused.repeat(width - length));
}

function sumText({ shares }: PhaseNeed): string {
  return shares.map(({ container, quantity }) => `${container} ${formatQuantity(quantity)}`).join(' + ');
}

function remarksOn({ list, resource, deciding, podLevel, total, unusedWhileRunning, unlimited }: Calculation): string[] {
  if (list === 'limits') return unlimited.length === 0 ? [] : [unlimitedText(unlimited, resource)];
  if (!unusedWhileRunning) return [];
  const amount = `${formatQuantity(unusedWhileRunning)} (${Math.round(quantityRatio(unusedWhileRunning, total) * 100)}%)`;
  if (podLevel) return [`while running, the containers share ${amount} that none of them requests`];
  return [`${amount} is reserved but unused while running${deciding ? `; it is there for ${phaseName(deciding)}` : ''}`];
}

function unlimitedText(containers: readonly string[], resource: string): string {
  const [verb, adds] = containers.length === 1 ? ['has', 'adds'] : ['have', 'add'];
  const names = [containers.slice(0, -1).join(', '), ...containers.slice(-1)].filter((text) => text !== '').join(' and ');
  return `${names} ${verb} no ${resource} limit and ${adds} nothing: the Pod may use more than this`;
}
