/** The part of `node:sqlite` (from Node 22.13 on) that is used here; the types of Node 20 lack it. @category model */
export interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => {
    exec: (sql: string) => void;
    prepare: (sql: string) => {
      run: (...parameters: ReadonlyArray<string | number | null>) => unknown;
      get: (...parameters: ReadonlyArray<string | number | null>) => Record<string, unknown> | undefined;
      all: (...parameters: ReadonlyArray<string | number | null>) => ReadonlyArray<Record<string, unknown>>;
    };
    close: () => void;
  };
}

/** Undefined where this Node has none. */
export const nodeSqlite = (): NodeSqlite | undefined => process.getBuiltinModule('node:sqlite') as NodeSqlite | undefined;
