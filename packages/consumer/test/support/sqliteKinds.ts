import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import wasm from 'node-sqlite3-wasm';
import { onTestFinished } from 'vitest';
import { openSqlite, type SqliteConnection } from '../../src/sqlite/index.js';
import { inTurn } from '../../src/sqlite/turns.js';
import type { DatabaseKind } from './databases.js';

/** SQLite in WebAssembly, which Node 20 has no other of without a download: through the interface that any library can be given. */
const openWasm = (path: string): SqliteConnection => {
  const database = new wasm.Database(path);
  return {
    exec: (sql) => {
      database.exec(sql);
    },
    prepare: (sql) => ({
      run: (...values) => database.run(sql, values),
      get: (...values) => database.get(sql, values) ?? undefined,
      all: (...values) => database.all(sql, values),
    }),
    close: () => {
      database.close();
    },
  };
};

/** `node:sqlite`, where this Node has it without a flag. */
const openBuiltIn = (): ((path: string) => SqliteConnection) | undefined => {
  try {
    const { DatabaseSync } = createRequire(import.meta.url)('node:sqlite') as { readonly DatabaseSync: new (path: string) => SqliteConnection };
    return (path) => new DatabaseSync(path);
  } catch {
    return undefined;
  }
};

const kindOf = (open: (path: string) => SqliteConnection) => async (): Promise<DatabaseKind<SqliteConnection>> => {
  const folder = await mkdtemp(join(tmpdir(), 'consumer-'));
  const path = join(folder, 'projection.sqlite');
  const opened: Array<{ readonly close: () => void }> = [];
  onTestFinished(async () => {
    for (const one of opened) one.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    open: async (migrations, migrate = true) => {
      const database = await openSqlite({ path, open, migrations, migrate });
      opened.push(database);
      return database;
    },
    run: (connection, sql, ...values) => {
      connection.prepare(sql).run(...values);
      return Promise.resolve();
    },
    read: (sql) =>
      inTurn(path, () => {
        const connection = open(path);
        const rows = connection.prepare(sql).all() as ReadonlyArray<Readonly<Record<string, unknown>>>;
        connection.close();
        return Promise.resolve(rows.map((row) => ({ ...row })));
      }),
  };
};

const builtIn = openBuiltIn();

/** Those that there are on this Node. */
export const sqliteKinds: ReadonlyArray<readonly [string, () => Promise<DatabaseKind<SqliteConnection>>]> = [
  ['SQLite through its interface', kindOf(openWasm)],
  ...(builtIn === undefined ? [] : [['node:sqlite', kindOf(builtIn)] as const]),
];
