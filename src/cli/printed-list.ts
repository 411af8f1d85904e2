/** How `ps` and `events` print objects other than as a table. */
export type ListFormat = 'json' | 'yaml' | 'name';

/** A List as kubectl prints it; where one object was asked for by its name, that alone. `name` is a line for each, `pod/web`. */
export async function printedList(
  items: readonly { readonly kind?: string; readonly metadata?: { readonly name: string } }[],
  format: ListFormat,
  isNamed = false,
): Promise<string> {
  if (format === 'name') return items.map(({ kind = '', metadata }) => `${kind.toLowerCase()}/${metadata?.name ?? ''}\n`).join('');
  const list = isNamed ? items[0] : { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
  if (format === 'json') return `${JSON.stringify(list, null, 4)}\n`;
  const { dump } = await import('js-yaml');
  return dump(list, { noRefs: true, lineWidth: -1, sortKeys: true, seqNoIndent: true });
}
