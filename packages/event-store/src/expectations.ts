import type { Revision } from '@account-data/domain';

/**
 * What an append demands of its stream, as EventStoreDB documents it: `any` demands nothing,
 * `no-stream` that it has no events, a revision that its last event has that revision.
 *
 * @category model
 */
export type ExpectedRevision = Revision | 'no-stream' | 'any';

/** The head of a stream as it is: the revision of its last event, or `no-stream`. @category model */
export type ActualRevision = Revision | 'no-stream';
