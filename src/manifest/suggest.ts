/** The name among `names` that `written` most probably stands for; undefined when none is near. */
export function suggest(written: string, names: readonly string[]): string | undefined {
  if (written.length > longest) return undefined;
  let best: { name: string; distance: number } | undefined;
  const lower = written.toLowerCase();
  for (const name of names) {
    const limit = Math.min(
      best === undefined ? Infinity : best.distance - 1,
      Math.max(1, Math.floor(Math.max(name.length, written.length) / 3)),
    );
    if (Math.abs(name.length - written.length) > limit) continue;
    const distance = editDistance(lower, name.toLowerCase());
    if (distance <= limit) best = { name, distance };
  }
  return best?.name;
}

const longest = 100;

/** Insertions, deletions, replacements and swaps of neighbours that make `a` into `b`. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (beforePrevious[j - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, replaced, swapped));
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}
