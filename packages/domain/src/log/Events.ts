import * as t from 'io-ts';
import { decoderOf } from '../events/decoderOf.js';
import { eventType, firstVersion } from '../events/EventVersions.js';

/** The data of `LogCreated`, schema version 1. Released: never edited. @category codecs */
export const LogCreatedV1 = t.readonly(t.strict({ logId: t.string }), 'LogCreatedV1');

/** The log began. Its id is part of every token and checkpoint. @category model */
export interface LogCreated {
  readonly type: 'LogCreated';
  readonly data: t.TypeOf<typeof LogCreatedV1>;
}

/** All schema versions, oldest first. @category codecs */
export const logCreatedVersions = eventType(
  'LogCreated',
  firstVersion(decoderOf(LogCreatedV1)),
  (data): LogCreated => ({ type: 'LogCreated', data }),
);

/** The data of `LogEpochBegan`, schema version 1. Released: never edited. @category codecs */
export const LogEpochBeganV1 = t.readonly(t.strict({}), 'LogEpochBeganV1');

/**
 * Somebody opened the log and is about to append: positions from here on are of a new epoch, which the id of this event
 * names. A log that was put back from a backup goes on in another epoch than the one it lost.
 *
 * @category model
 */
export interface LogEpochBegan {
  readonly type: 'LogEpochBegan';
  readonly data: Readonly<Record<string, never>>;
}

/** All schema versions, oldest first. @category codecs */
export const logEpochBeganVersions = eventType(
  'LogEpochBegan',
  firstVersion(decoderOf(LogEpochBeganV1)),
  (): LogEpochBegan => ({ type: 'LogEpochBegan', data: {} }),
);

/** An event of the log about itself, in the stream `account_data_log`. @category model */
export type LogEvent = LogCreated | LogEpochBegan;
