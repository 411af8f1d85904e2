/** What several sources give, as it comes, until all have ended. Leaving the loop leaves the sources. */
export async function* merged<T>(sources: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const pending = new Map(sources.map((source) => [source, next(source)]));
  try {
    while (pending.size > 0) {
      const { source, result } = await Promise.race(pending.values());
      if (result.done === true) pending.delete(source);
      else {
        pending.set(source, next(source));
        yield result.value;
      }
    }
  } finally {
    for (const source of pending.keys()) void source.return(undefined).catch(() => undefined);
  }
}

async function next<T>(source: AsyncGenerator<T>): Promise<{ source: AsyncGenerator<T>; result: IteratorResult<T, unknown> }> {
  return { source, result: await source.next() };
}
