/** The time of some parts of a strip, in the words of an address: by the time of recording, which the strip counts by. */
export const brushed = (
  { since, until, counts }: { readonly since: number; readonly until: number; readonly counts: ReadonlyArray<number> },
  [from, to]: readonly [from: number, to: number],
): { readonly since: string; readonly until: string; readonly by: 'recorded' } => {
  const edge = (part: number): number => since + ((until - since) * part) / counts.length;
  const text = (time: number): string => new Date(time).toISOString();
  const first = Math.ceil(edge(Math.min(from, to)));
  return { since: text(first), until: text(Math.max(first + 1, Math.ceil(edge(Math.max(from, to) + 1)))), by: 'recorded' };
};
