import { parseEvents, YAMLException, type Event } from 'js-yaml';

import { limits } from './limits.ts';
import { ManifestSyntaxError } from './syntax-error.ts';

export interface YamlEvents {
  /** What the documents consist of, in the order of the text. */
  readonly events: readonly Event[];
  /** What the events refer to: the source, with more spaces before some lines. */
  readonly text: string;
  /** Where an index of `text` is in the source. */
  toSource(offset: number): number;
}

/** How many more characters may be read for a second time. */
export interface RepeatBudget {
  repeats: number;
}

/**
 * Parses YAML by js-yaml. That wants every line within [...] and {...} indented further than the field that they belong
 * to, by YAML 1.2, and takes tabs between values for indentation. kubectl's reader minds neither, and a closing bracket
 * right below its field's name is common: such lines are indented, and the text is read again.
 *
 * @param budget - Counted down.
 * @throws {ManifestSyntaxError} at the first error in the source, or where it is nested too deeply.
 */
export function parseYaml(source: string, budget: RepeatBudget): YamlEvents {
  const indented: number[] = [];
  const toSource = (offset: number): number => offset - addedBefore(offset, indented);
  let text = source;
  let suspect: ManifestSyntaxError | undefined;
  for (;;) {
    try {
      return { events: parseEvents(text, options), text, toSource };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const end = error.mark?.position ?? 0;
      const problem = new ManifestSyntaxError(error.reason.startsWith('nesting') ? tooDeep : error.reason, toSource(end));
      if (error.reason !== 'deficient indentation') throw suspect ?? problem;
      if ((budget.repeats -= 2 * text.length) < 0) throw suspect ?? problem;

      const start = text.lastIndexOf('\n', end - 1) + 1;
      const line = text.slice(start, end);
      const untabbed = withoutTabs(line);
      if (untabbed !== line) {
        text = text.slice(0, start) + untabbed + text.slice(end);
      } else if (line.trim() === '' && isWithinBrackets(text.slice(0, start))) {
        // When it is not a bracket, one may be missing, and what follows is not meant to be within.
        if (!/[\]}]/.test(text.charAt(end))) suspect ??= problem;
        text = text.slice(0, start) + ' '.repeat(addedSpaces) + text.slice(start);
        indented.push(start);
      } else {
        throw suspect ?? problem;
      }
    }
  }
}

// The scalars within the deepest list count as well.
const options = { maxDepth: limits.depth + 1 };
const tooDeep = `nested deeper than ${limits.depth} levels`;

/** More than any field is indented by. */
const addedSpaces = 200;

function addedBefore(offset: number, indented: readonly number[]): number {
  return indented.reduce((sum, start) => sum + Math.min(Math.max(offset - start, 0), addedSpaces), 0);
}

/** With spaces for the tabs between values: those at the end, and others as far as the line shows that they are. */
function withoutTabs(line: string): string {
  const values = line.trimEnd();
  const blank = ' '.repeat(line.length - values.length);
  return (/["'].*\t/.test(values) ? values : values.replaceAll(/(?<=^|[\s:,[{])\t|\t(?=[\s\]},])/g, ' ')) + blank;
}

/** Whether a text ends within brackets, not within quotes. */
function isWithinBrackets(text: string): boolean {
  try {
    parseEvents(text.trimEnd(), options);
    return false;
  } catch (error) {
    return error instanceof YAMLException && error.reason.endsWith('within a flow collection');
  }
}
