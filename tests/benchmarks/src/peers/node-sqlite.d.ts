/** The part of `node:sqlite` (from Node 22.13 on) that is used here; the types of Node 20 lack it. */
declare module 'node:sqlite' {
  export interface StatementSync {
    run: (...parameters: ReadonlyArray<string | number | null>) => unknown;
    get: (...parameters: ReadonlyArray<string | number | null>) => Record<string, unknown> | undefined;
    all: (...parameters: ReadonlyArray<string | number | null>) => ReadonlyArray<Record<string, unknown>>;
  }
  export class DatabaseSync {
    constructor(path: string);
    exec(sql: string): void;
    prepare(sql: string): StatementSync;
    close(): void;
  }
}
