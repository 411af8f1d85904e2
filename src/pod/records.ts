/** The entries of a map in the order of their keys, so that what is said about them never depends on chance. */
export function sortedEntries<Value>(record: Readonly<Record<string, Value>> | undefined): [string, Value][] {
  return Object.entries(record ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A map's own value; unlike plain indexing safe for keys such as "constructor". */
export function lookup<Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A copy without some fields. */
export function omit<Fields extends object, Key extends keyof Fields>(fields: Fields, ...keys: Key[]): Omit<Fields, Key> {
  const copy = { ...fields };
  for (const key of keys) Reflect.deleteProperty(copy, key);
  return copy;
}
