import { Position } from '@account-data/event-store';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { HistoryError } from '../errors.js';
import type { LogHistoryPage, LogHistoryQuery } from '../History.js';
import { walkLog } from '../model/walkLog.js';
import type { ReadModel } from '../model/ReadModel.js';
import { RowReader } from '../model/RowReader.js';
import type { LogRow } from '../records/logBlock.js';
import { foundChanges, readEntries, type FoundChange } from './HistoryReader.js';
import type { HistorySource } from './HistorySource.js';
import { checkLimit } from './userHistory.js';

interface Selection {
  readonly found: ReadonlyArray<FoundChange>;
  readonly next: Position | undefined;
}

const select = (model: ReadModel, query: LogHistoryQuery, limit: number): Selection => {
  const rows: Array<LogRow> = [];
  let next: Position | undefined;
  walkLog(model, query, (row) => {
    if (rows.length === limit) {
      next = Position(row.position);
      return false;
    }
    rows.push(row);
    return true;
  });
  const byUser = new Map<string, Array<number>>();
  for (const { userId, revision } of rows) {
    const revisions = byUser.get(userId);
    if (revisions === undefined) byUser.set(userId, [revision]);
    else revisions.push(revision);
  }
  const changes = new Map<string, FoundChange>();
  for (const [userId, revisions] of byUser) {
    const reader = new RowReader(model, 'data', userId);
    const indexes = revisions.map((revision) => reader.indexOf(revision)).filter((index) => index >= 0);
    for (const change of foundChanges(userId, reader, indexes)) changes.set(change.position, change);
  }
  const found = rows.flatMap(({ position }) => changes.get(Position(position)) ?? []);
  return { found, next };
};

/**
 * A page of changes across users, in the order of the log, of one type or of all. A recorded time is one of the log's own,
 * which never steps back: the latest recording time up to the change.
 *
 * @category constructors
 */
export const logHistory =
  (source: HistorySource) =>
  (query: LogHistoryQuery = {}): TE.TaskEither<HistoryError, LogHistoryPage> =>
    pipe(
      TE.fromEither(checkLimit(query.limit)),
      TE.flatMap((limit) => {
        const { found, next } = select(source.live(), query, limit);
        return pipe(
          readEntries(source, found, { direction: query.direction ?? 'backwards', maxBytes: query.maxBytes }),
          TE.map(({ entries, count }): LogHistoryPage => {
            const after = found[count]?.position ?? next;
            return { entries, ...(after === undefined ? {} : { next: after }) };
          }),
        );
      }),
    );
