import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event } from 'js-yaml';

/** A scalar, an alias, or the start of a list or map. */
export type NodeEvent = Extract<Event, { readonly anchorStart: number }>;
export type ScalarEvent = Extract<Event, { readonly type: typeof EVENT_ID.SCALAR }>;

/** The name of a node's anchor, or the one that an alias refers to. */
export function anchorOf(text: string, { anchorStart, anchorEnd }: NodeEvent): string | undefined {
  return anchorStart < 0 ? undefined : text.slice(anchorStart, anchorEnd);
}

/** Of `!!str` and its longer spelling `str`; of any other tag the tag itself. */
export function tagOf(text: string, { tagStart, tagEnd }: ScalarEvent): string | undefined {
  return tagStart < 0 ? undefined : text.slice(tagStart, tagEnd).replace(/^(?:!!(.*)|!<tag:yaml\.org,2002:(.*)>)$/, '$1$2');
}

export function scalarText(text: string, event: ScalarEvent): string {
  return getScalarValue(text, event);
}

/** Where a node stands in the text; undefined for a scalar that is left out (`key:`). */
export function offsetOf(text: string, event: NodeEvent): number | undefined {
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event.type !== EVENT_ID.SCALAR) return event.start;
  const { style, valueStart, anchorStart, tagStart } = event;
  if (valueStart < 0) return [anchorStart - 1, tagStart].find((start) => start >= 0);
  if (style === SCALAR_STYLE.PLAIN) return valueStart;
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueStart - 1;
  // The value of a block starts on the line after its indicator.
  return text.lastIndexOf(style === SCALAR_STYLE.LITERAL_BLOCK ? '|' : '>', valueStart - 1);
}
