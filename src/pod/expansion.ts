/**
 * Expands `$(NAME)` as the API documents it for env, command, args and subPathExpr: `$$` is a literal `$`, so `$$(A)`
 * gives `$(A)`; a name that `lookup` does not know (undefined), an unterminated `$(` and a lone `$` stay as written.
 * Values are not expanded again.
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (reference, name: string | undefined) => {
    if (name === undefined) return '$';
    return lookup(name) ?? reference;
  });
}

/** A lookup in one or more records, the first that has the name winning. */
export function lookupIn(...records: Readonly<Record<string, string>>[]): (name: string) => string | undefined {
  return (name) => records.find((record) => Object.hasOwn(record, name))?.[name];
}
