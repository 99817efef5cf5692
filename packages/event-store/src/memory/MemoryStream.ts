import { Revision, type Position } from '@account-data/domain';
import type { RecordedEvent } from '../Event.js';
import type { StreamMetadata } from '../EventStore.js';
import type { ActualRevision } from '../expectations.js';

/** One stream as the in-memory log keeps it: revision n at index n, never cut off. @category model */
export interface MemoryStream {
  readonly events: Array<RecordedEvent>;
  readonly positions: Array<Position>;
  metadata: StreamMetadata;
  tombstoned: boolean;
}

/** A stream without events. @category constructors */
export const emptyStream = (): MemoryStream => ({ events: [], positions: [], metadata: {}, tombstoned: false });

/** The revision of the last event; `no-stream` where there is none. @category destructors */
export const actualRevision = (stream: MemoryStream | undefined): ActualRevision =>
  stream === undefined || stream.events.length === 0 ? 'no-stream' : Revision(stream.events.length - 1);

/** The first revision that can be read: `maxCount` hides what is older. @category destructors */
export const firstReadable = (stream: MemoryStream): number =>
  stream.metadata.maxCount === undefined ? 0 : Math.max(0, stream.events.length - stream.metadata.maxCount);
