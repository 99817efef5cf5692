import { parseRoomIdOrNull } from '@account-data/domain';
import type { AccountDataLog, LogHistoryPageQuery } from '@account-data/engine/log';
import { Revision } from '@account-data/event-store';
import type { ClientError, HistoryQuery, ScanPart, TagHistoryQuery } from '@account-data/client';
import type { Target } from '../Target.js';
import { answerOf, folderError, needsServer, valueOf } from './folderError.js';

/** Which changes; a cursor of the log itself is a revision. @throws ClientError where it is another's */
const windowOf = ({ cursor, from, direction, limit, since, until, by }: HistoryQuery | TagHistoryQuery): Omit<LogHistoryPageQuery, 'roomId' | 'type'> => {
  if (cursor !== undefined && !/^\d{1,19}$/.test(cursor)) {
    throw folderError('usage', 'The cursor is not one of a data folder: there it is a revision, as history printed it.');
  }
  const begin = cursor === undefined ? from : Revision(cursor);
  return {
    direction: direction ?? 'backwards',
    limit: Math.min(limit ?? 100, Number.MAX_SAFE_INTEGER),
    ...(begin === undefined ? {} : { from: begin }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(by === undefined ? {} : { by }),
  };
};

const acrossUsers = (): ClientError => needsServer('Changes across users are found through the index of a server.');

/** What was changed, from the streams of a user; a page of it has as many changes as are asked for. */
export const folderHistory = (log: AccountDataLog): Pick<Target, 'history' | 'tagHistory' | 'logHistory' | 'scan'> => ({
  history: async (userId, query = {}) => {
    const { roomId, type } = query;
    if (roomId !== undefined) valueOf(parseRoomIdOrNull(roomId));
    return answerOf(
      log.history(userId, { ...windowOf(query), ...(roomId === undefined ? {} : { roomId }), ...(type === undefined ? {} : { type }) }),
    );
  },
  tagHistory: async (userId, query = {}) =>
    answerOf(log.tagHistory(userId, { ...windowOf(query), ...(query.roomId === undefined ? {} : { roomId: query.roomId }) })),
  logHistory: () => Promise.reject(acrossUsers()),
  // Nothing comes of it but why.
  async *scan() {
    yield await Promise.reject<ScanPart>(acrossUsers());
  },
});
