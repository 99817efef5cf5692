/**
 * The place of an event in its stream: 0 for the first one, without gaps in what is appended
 * (reading can meet gaps: `$maxCount`, scavenges). A decimal string in JSON.
 *
 * @category model
 */
export type Revision = bigint & { readonly Revision: unique symbol };

/** @category constructors */
export const Revision = (value: bigint | number): Revision => {
  const revision = BigInt(value);
  if (revision < 0n) throw new RangeError(`A revision is 0 or more, not ${revision}.`);
  return revision as Revision;
};

/**
 * What an append demands of its stream, as EventStoreDB documents it: `any` demands nothing,
 * `no-stream` that it has no events, a revision that its last event has that revision.
 *
 * @category model
 */
export type ExpectedRevision = Revision | 'no-stream' | 'any';

/** The head of a stream as it is: the revision of its last event, or `no-stream`. @category model */
export type ActualRevision = Revision | 'no-stream';
