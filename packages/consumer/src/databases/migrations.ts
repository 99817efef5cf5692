/** A step of the shape of the tables. One that was applied somewhere is never edited: add another, or rebuild. @category model */
export interface Migration {
  readonly name: string;
  /** Statements in SQL that name tables without a schema. They run in one transaction, once for each database. */
  readonly sql: string;
}

/** The migrations that the database has are not the first of those that the program has. @category errors */
export class MigrationsDiffer extends Error {
  readonly code = 'migrations_differ';

  constructor(where: string, index: number, applied: string, expected: string | undefined) {
    super(
      `${where} has the migration ${applied} as number ${String(index + 1)}, where this program has ` +
        `${expected ?? 'none'}. Is the program older than the tables? Otherwise put the migrations back as they were and add to ` +
        'them, or rebuild.',
    );
    this.name = 'MigrationsDiffer';
  }
}

/**
 * Which migrations are still to be applied.
 *
 * @throws {MigrationsDiffer} where those applied are not the first of them
 */
export const pendingMigrations = (where: string, migrations: ReadonlyArray<Migration>, applied: ReadonlyArray<string>): ReadonlyArray<Migration> => {
  applied.forEach((name, index) => {
    const expected = migrations[index]?.name;
    if (expected !== name) throw new MigrationsDiffer(where, index, name, expected);
  });
  return migrations.slice(applied.length);
};
