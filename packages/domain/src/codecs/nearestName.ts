/**
 * The known name that a misspelt one most likely meant, or undefined where none is near.
 * Near is an edit distance of at most a third of the longer name, transpositions counted as one edit.
 */
export const nearestName = (name: string, known: Iterable<string>): string | undefined => {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance <= Math.max(name.length, candidate.length) / 3) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
};

/** What to say of a name that is not known: which one was most likely meant, or all that there are. */
export const unknownName = (name: string, known: ReadonlyArray<string>): string => {
  const near = nearestName(name, known);
  return near === undefined ? `Known here: ${known.join(', ')}` : `Did you mean '${near}'?`;
};

const editDistance = (a: string, b: string): number => {
  let beforePrevious: ReadonlyArray<number> = [];
  let previous: ReadonlyArray<number> = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current: Array<number> = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min((current[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
};
