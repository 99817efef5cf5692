import { rowOf, type SynapseRow, tables } from '@account-data/synapse-import';
import type { Pgoutput } from 'pg-logical-replication';
import { FollowError } from '../FollowError.js';
import { formatLsn, type Lsn, parseLsn } from '../Lsn.js';
import type { FollowedTable, RowKey, SourceChange, SourceItem } from '../SourceChange.js';

type Message = Pgoutput.Message;
type Tuple = Readonly<Record<string, unknown>>;

interface Transaction {
  readonly commit: string;
  readonly commitLsn: Lsn;
  readonly xid: number;
  readonly time: number;
}

/**
 * Makes changes of the messages of `pgoutput` (protocol version 1, columns in binary form, so as bytes). A change's place is the place of
 * its transaction's commit, the transaction's number, the place of its own record in the WAL, and its number among those of
 * one record: the same whenever it is sent again, whatever else is published, and another one after a failover that
 * lost the commit.
 *
 * Source: https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 */
export class WalDecoder {
  #transaction: Transaction | undefined;
  #lastLsn = '';
  #nth = 0;

  /** Whether a transaction has begun whose commit has not come. */
  isInTransaction(): boolean {
    return this.#transaction !== undefined;
  }

  /** A place before which nothing is to come any more. */
  reached(lsn: string, isAsked: boolean): ReadonlyArray<SourceItem> {
    return [{ _tag: 'Reached', lsn: parseLsn(lsn), ...(isAsked ? { isAsked } : {}) }];
  }

  /** @throws FollowError where a table has no more what is followed */
  decode(lsn: string, message: Message): ReadonlyArray<SourceItem> {
    switch (message.tag) {
      case 'begin':
        this.#transaction = { commit: placeText(message.commitLsn), commitLsn: parseLsn(placeText(message.commitLsn)), xid: message.xid >>> 0, time: milliseconds(message.commitTime) };
        this.#lastLsn = '';
        return [];
      case 'commit':
        this.#transaction = undefined;
        return [{ _tag: 'Reached', lsn: parseLsn(message.commitEndLsn ?? '0/0') }];
      case 'insert':
        return this.#placed(lsn, written(message.relation.name, message.new));
      case 'update': {
        const { relation, key, old, new: now } = message;
        const before = key ?? old;
        const next = written(relation.name, now);
        const isMoved = before !== null && keyOf(relation.name, before) !== keyOf(relation.name, now);
        return this.#placed(lsn, isMoved ? [...deleted(relation.name, before), ...next] : next);
      }
      case 'delete':
        return this.#placed(lsn, deleted(message.relation.name, message.key ?? message.old ?? {}));
      case 'truncate':
        return this.#placed(
          lsn,
          message.relations.flatMap(({ name }) => (isFollowed(name) ? [{ _tag: 'TableTruncated' as const, table: name }] : [])),
        );
      case 'relation':
        checkColumns(message);
        return [];
      default:
        return [];
    }
  }

  #placed(lsn: string, changes: ReadonlyArray<SourceChange>): ReadonlyArray<SourceItem> {
    const transaction = this.#transaction;
    if (transaction === undefined) throw new Error('A change came outside of a transaction.');
    const own = placeText(lsn);
    if (own !== this.#lastLsn) {
      this.#lastLsn = own;
      this.#nth = 0;
    }
    return changes.map((change) => {
      const place = `${transaction.commit}:${String(transaction.xid)}:${own}:${String(this.#nth)}`;
      this.#nth += 1;
      return { _tag: 'Change', place, commit: transaction.commitLsn, time: transaction.time, change };
    });
  }
}

const placeText = (lsn: string | null): string => formatLsn(lsn === null ? 0n : parseLsn(lsn));

/** Microseconds come in, since the Unix epoch. */
const milliseconds = (time: unknown): number => Number(BigInt(String(time)) / 1_000n);

const columnsOf = new Map<string, { readonly [field: string]: string }>(tables.map(({ table, columns }) => [table, columns]));

const isFollowed = (table: string): table is FollowedTable => table === 'erased_users' || columnsOf.has(table);

const isOfRows = (table: string): table is SynapseRow['table'] => columnsOf.has(table);

const rowIn = (table: SynapseRow['table'], tuple: Tuple): SynapseRow => {
  const columns = columnsOf.get(table) ?? {};
  return rowOf(table, Object.fromEntries(Object.entries(columns).map(([field, column]) => [field, tuple[column]])));
};

const rowKeyOf = (table: SynapseRow['table'], tuple: Tuple): RowKey => {
  const { userId, roomId, type } = rowIn(table, tuple);
  return { table, userId, roomId, type };
};

const userOf = (tuple: Tuple): string => rowIn('account_data', tuple).userId;

const keyOf = (table: string, tuple: Tuple): string =>
  isOfRows(table) ? JSON.stringify(rowKeyOf(table, tuple)) : userOf(tuple);

const written = (table: string, tuple: Tuple): ReadonlyArray<SourceChange> => {
  if (table === 'erased_users') return [{ _tag: 'UserErased', userId: userOf(tuple) }];
  if (!isOfRows(table)) return [];
  const content = tuple['content'] === undefined ? undefined : rowIn(table, tuple).content;
  return [{ _tag: 'RowWritten', key: rowKeyOf(table, tuple), content }];
};

const deleted = (table: string, tuple: Tuple): ReadonlyArray<SourceChange> => {
  if (table === 'erased_users') return [{ _tag: 'ErasureRevoked', userId: userOf(tuple) }];
  return isOfRows(table) ? [{ _tag: 'RowDeleted', key: rowKeyOf(table, tuple) }] : [];
};

const checkColumns = ({ name, columns }: Pgoutput.MessageRelation): void => {
  const present = new Set(columns.map((column) => column.name));
  const needed = name === 'erased_users' ? ['user_id'] : Object.values(columnsOf.get(name) ?? {});
  const missing = needed.filter((column) => column !== 'stream_id' && !present.has(column));
  if (missing.length === 0) return;
  throw new FollowError(
    'schema_changed',
    `The table ${name} of Synapse has no column ${missing.join(', ')} any more, so this version can't follow it. Nothing is confirmed that was not read: upgrade this program, and it goes on from there.`,
  );
};

