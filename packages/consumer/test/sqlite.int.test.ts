import { describe, expect, test } from 'vitest';
import { databaseContract } from './support/databaseContract.js';
import { sqliteKinds } from './support/sqliteKinds.js';

describe.each(sqliteKinds)('%s', (_name, make) => {
  databaseContract(make);

  test('what SQLite keeps beside tables survives a rebuild', async () => {
    const kind = await make();
    const sql = `
      CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, upper TEXT GENERATED ALWAYS AS (upper(name)));
      CREATE TABLE child (id INTEGER REFERENCES parent (id));
      CREATE TRIGGER again AFTER INSERT ON parent BEGIN INSERT INTO child VALUES (new.id); END;
      INSERT INTO parent (name) VALUES ('one'), ('two');
    `;
    const database = await kind.open([{ name: 'a', sql }]);
    const built = await database.beside('2');
    expect(await built.swapIn(() => false)).toBe(false);
    expect(await built.swapIn(() => true)).toBe(true);
    expect(await kind.read('SELECT parent.id, upper FROM parent JOIN child USING (id) ORDER BY 1')).toEqual([
      { id: 1, upper: 'ONE' },
      { id: 2, upper: 'TWO' },
    ]);
    await kind.open([{ name: 'a', sql }, { name: 'b', sql: "INSERT INTO parent (name) VALUES ('three')" }]);
    expect(await kind.read('SELECT MAX(id) AS id FROM child')).toEqual([{ id: 3 }]);
  });

  test('virtual tables are refused before anything is built', async () => {
    const kind = await make();
    const database = await kind.open([{ name: 'a', sql: 'CREATE VIRTUAL TABLE found USING fts5 (text)' }]);
    await expect(database.beside('2')).rejects.toThrow(/virtual table/);
  });
});
