import { systemRuntime } from '@account-data/runtime';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { changeLogTables, historyOfKey, rebuiltState, setKey, sqliteTriggers, stateAsOf } from './changeLogSql.js';
import type { NodeSqlite } from './nodeSqlite.js';
import type { PeerChange, RunningPeer } from './Peer.js';

const anonymous = (): string => '?';

/** How a change comes into the table. @category model */
export type SqliteWay = 'each' | 'grouped' | 'plain';

/** Lets writes of one turn of the event loop share a transaction, which is durable when `commit` returns. */
const inGroups = (begin: () => void, commit: () => void): ((write: () => void) => Promise<void>) => {
  let group: Promise<void> | undefined;
  return (write) => {
    if (group === undefined) {
      begin();
      group = new Promise<void>((resolve) => {
        systemRuntime.timers.defer(resolve);
      }).then(() => {
        group = undefined;
        commit();
      });
    }
    write();
    return group;
  };
};

/** SQLite as Node has it, in this process. @category constructors */
export const sqlitePeer = (sqlite: NodeSqlite, folder: string, way: SqliteWay): RunningPeer => {
  const { DatabaseSync } = sqlite;
  const file = join(folder, 'data.sqlite');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const bytes = async (): Promise<number> => {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return (await stat(file)).size;
  };
  const close = (): Promise<void> => {
    database.close();
    return Promise.resolve();
  };
  if (way === 'plain') {
    database.exec('CREATE TABLE account_data (user_id TEXT, room_id TEXT, type TEXT, content TEXT, PRIMARY KEY (user_id, room_id, type)) WITHOUT ROWID');
    const put = database.prepare("INSERT INTO account_data VALUES (?, '', ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content");
    const get = database.prepare("SELECT content FROM account_data WHERE user_id = ? AND room_id = '' AND type = ?");
    return {
      put: ({ userId, type, content }) => Promise.resolve(put.run(userId, type, JSON.stringify(content))),
      get: (userId, type) => JSON.parse(String(get.get(userId, type)?.['content'])) as unknown,
      bytes,
      close,
    };
  }
  database.exec(changeLogTables({ position: 'INTEGER PRIMARY KEY AUTOINCREMENT', json: 'TEXT' }));
  database.exec(sqliteTriggers);
  const set = database.prepare(setKey("?, '', ?, ?, ?, ?, ?, ?, 'api', ?"));
  const get = database.prepare("SELECT content FROM account_data WHERE user_id = ? AND room_id = '' AND type = ?");
  const history = database.prepare(historyOfKey(anonymous));
  const asOf = database.prepare(stateAsOf(anonymous));
  const write = ({ userId, type, content, reason }: PeerChange): void => {
    const id = systemRuntime.random.uuid();
    set.run(userId, type, JSON.stringify(content), id, userId, reason, id, systemRuntime.clock.now());
  };
  const grouped = inGroups(
    () => { database.exec('BEGIN IMMEDIATE'); },
    () => { database.exec('COMMIT'); },
  );
  return {
    put: (change) => {
      if (way === 'grouped') return grouped(() => { write(change); });
      write(change);
      return Promise.resolve();
    },
    get: (userId, type) => JSON.parse(String(get.get(userId, type)?.['content'])) as unknown,
    history: (userId, type, limit) => Promise.resolve(history.all(userId, type, limit).map(({ content }) => JSON.parse(String(content)) as unknown).length),
    asOf: (userId, revision) => Promise.resolve(asOf.all(userId, revision).map(({ content }) => JSON.parse(String(content)) as unknown).length),
    rebuild: () => {
      database.exec(rebuiltState);
      database.exec('DROP TABLE rebuilt');
      return Promise.resolve(Number(database.prepare('SELECT COUNT(*) AS n FROM changes').get()?.['n']));
    },
    bytes,
    close,
  };
};
