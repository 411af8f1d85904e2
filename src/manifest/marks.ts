/** Where in a text a value came from: for every map where its keys stand, for every list its items. */
export class Marks {
  /** Index of the document's content. */
  start = 0;
  private readonly offsets = new Map<object, Map<string | number, number>>();

  /** Notes that the field `key` of `container` stands at `offset`; a later note of the same field counts. */
  set(container: object, key: string | number, offset: number): void {
    const own = this.offsets.get(container);
    if (own === undefined) this.offsets.set(container, new Map([[key, offset]]));
    else own.set(key, offset);
  }

  get(container: object, key: string | number): number | undefined {
    return this.offsets.get(container)?.get(key);
  }
}

/**
 * Index of a field in the text of its document: of its key, or of the list item. When the field is not there, of the
 * nearest field around it that is.
 *
 * @param field - A path as errors give it: `spec.containers[0].resources.limits[nvidia.com/gpu]`. Keys may hold dots.
 */
export function findField(value: unknown, marks: Marks, field: string): number {
  let offset = marks.start;
  let container = value;
  for (let rest = field; rest !== '' && typeof container === 'object' && container !== null;) {
    const step = Array.isArray(container) ? intoList(container, rest) : intoMap(container, rest);
    if (step === undefined) break;
    offset = marks.get(container, step.key) ?? offset;
    container = (container as Record<string | number, unknown>)[step.key];
    rest = rest.slice(step.length).replace(/^\./, '');
  }
  return offset;
}

interface Step {
  readonly key: string | number;
  /** How much of the path it takes. */
  readonly length: number;
}

function intoList(items: readonly unknown[], rest: string): Step | undefined {
  const [text, index] = /^\[(\d+)\]/.exec(rest) ?? [];
  return text === undefined || Number(index) >= items.length ? undefined : { key: Number(index), length: text.length };
}

/** Of keys that hold dots or brackets the longest one that fits. */
function intoMap(map: object, rest: string): Step | undefined {
  const isBracketed = rest.startsWith('[');
  const ends = [...`${rest.slice(0, longestKey)}.`.matchAll(isBracketed ? /\](?=[.[])/g : /[.[]/g)].reverse();
  for (const { index: end } of ends) {
    const key = rest.slice(isBracketed ? 1 : 0, end);
    if (Object.hasOwn(map, key)) return { key, length: isBracketed ? end + 1 : end };
  }
  return undefined;
}

/** Longer names of fields are not looked for: no valid object has one. */
const longestKey = 1000;
