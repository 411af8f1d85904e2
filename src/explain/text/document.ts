/** A text before it is laid out: paragraphs as long as they are, without line breaks. */
export interface Document {
  readonly title: string;
  readonly intro: readonly string[];
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'steps'; readonly items: readonly string[] }
  | { readonly kind: 'bullets'; readonly items: readonly string[] }
  /** What each of some things is: a term, and a paragraph on it. `isName`: terms are names of containers. */
  | { readonly kind: 'terms'; readonly items: readonly Term[] }
  /** Something said, and what is to be said about it. */
  | { readonly kind: 'claims'; readonly items: readonly { readonly claim: string; readonly answer: string }[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export interface Term {
  readonly term: string;
  /** The container that it is about, if any. */
  readonly container?: string;
  readonly text: string;
}

/** A section, unless there is nothing in it. */
export function section(title: string, ...blocks: readonly Block[]): Section[] {
  const filled = blocks.filter((block) => (block.kind === 'text' ? block.text !== '' : 'items' in block ? block.items.length > 0 : true));
  return filled.length === 0 ? [] : [{ title, blocks: filled }];
}
