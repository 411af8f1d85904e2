/**
 * Throws unless `text` is one well-formed XML element: names, quoted attributes without repetition, known entities, balanced tags,
 * characters that XML allows. Returns the elements with their attributes. Comments and CDATA are not expected.
 */
export function parseXml(text: string): XmlElement[] {
  const elements: XmlElement[] = [];
  const open: string[] = [];
  let roots = 0;
  let position = 0;
  const fail = (why: string): Error => new Error(`${why} at ${position}: ${JSON.stringify(text.slice(position, position + 60))}`);
  const odd = /.{0,60}[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(text);
  if (odd) throw new Error(`a character that XML does not allow: ${JSON.stringify(odd[0])}`);
  while (position < text.length) {
    const content = /^[^<]*/.exec(text.slice(position))?.[0] ?? '';
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(content)) throw fail('an unknown entity');
    if (open.length === 0 && content.trim() !== '') throw fail('text outside of the root');
    position += content.length;
    if (position >= text.length) break;
    const end = /^<\/([\w-]+)>/.exec(text.slice(position));
    const start = /^<([\w-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/.exec(text.slice(position));
    if (end) {
      if (open.pop() !== end[1]) throw fail('a tag that closes another one');
      position += end[0].length;
    } else if (start) {
      const [whole, name = '', written = '', empty] = start;
      const attributes = [...written.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value] as const);
      if (new Set(attributes.map(([key]) => key)).size < attributes.length) throw fail('an attribute twice');
      if (attributes.some(([, value]) => /&(?!(?:amp|lt|gt|quot|#39);)/.test(value))) throw fail('an unknown entity');
      elements.push({ name, attributes: Object.fromEntries(attributes) });
      if (open.length === 0) roots++;
      if (empty === '') open.push(name);
      position += whole.length;
    } else throw fail('neither a tag nor text');
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  if (roots !== 1) throw new Error(`${roots} roots`);
  return elements;
}

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}
