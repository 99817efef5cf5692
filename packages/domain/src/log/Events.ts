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
