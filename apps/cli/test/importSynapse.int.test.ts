import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandOnServer, startCommandOnServer } from './support/commandOnServer.js';

const bob = '@bob:example.org';

let here: CommandOnServer;
let folder: string;
let database: string;
let run: CommandOnServer['run'];

beforeAll(async () => {
  here = await startCommandOnServer();
  ({ folder, run } = here);
  database = join(folder, 'homeserver.db');
  const made = new sqlite.Database(database);
  made.exec(`
    CREATE TABLE account_data (user_id TEXT, account_data_type TEXT, stream_id BIGINT, content TEXT);
    CREATE TABLE room_account_data (user_id TEXT, room_id TEXT, account_data_type TEXT, stream_id BIGINT, content TEXT);
    CREATE TABLE room_tags (user_id TEXT, room_id TEXT, tag TEXT, content TEXT);
    INSERT INTO account_data VALUES ('${bob}', 'first', 1, '{"n":1}'), ('${bob}', 'odd', 2, '{"secret":NaN}'), ('${bob}', 'last', 3, '{"n":3}');
    INSERT INTO room_account_data VALUES ('${bob}', '!r:example.org', 'm.tag', 4, '{"tags":{}}');
    INSERT INTO room_tags VALUES ('${bob}', '!r:example.org', 'u.two', '{"order":2}');
  `);
  made.close();
});

afterAll(() => here.stop());

const passedOver = [
  `Passed over: Row of account_data, user ${bob}, type "odd": at /content: The content is not JSON. (invalid_content)\n`,
  `Passed over: Row of room_account_data, user ${bob}, room !r:example.org, type "m.tag": at /type: The tags of a room are records of their own, not account data of type m.tag. (protected_type)\n`,
  `Passed over: Row of room_tags, user ${bob}, room !r:example.org, type "u.two": at /content/order: The order of a tag is a number from 0 to 1, or absent. (invalid_tag_order)\n`,
].join('');

it('an import that is interrupted says how to go on', async () => {
  const stop = new AbortController();
  const readLines = async function* (): AsyncGenerator<string, void, void> {
    yield await Promise.resolve('{}');
    stop.abort();
    yield '{}';
  };
  const ended = await here.runIn({ stopped: stop.signal, readLines }, 'import', '-');
  expect(ended).toEqual({ code: 1, output: '', errors: expect.stringMatching(/^account-data: Interrupted\. \(interrupted\)\n.+Run the same command again to go on/) as string });
});

describe('import-synapse', () => {
  const importAll = (...args: ReadonlyArray<string>) => run('import-synapse', 'example.org', '--sqlite', database, ...args);

  it('counts and names in a dry run, and changes nothing', async () => {
    expect(await importAll('--dry-run')).toEqual({
      code: 0,
      output: 'Would import 2, there already 0, of erased users 0, refused 3.\n',
      errors: passedOver,
    });
    expect(await run('get', bob, 'first')).toMatchObject({ code: 1 });
  });

  it('ends with --strict at the first odd row, and names its table, user and type', async () => {
    const ended = await importAll('--strict');
    expect(ended).toMatchObject({ code: 1, output: '' });
    expect(ended.errors).toContain(`Row of account_data, user ${bob}, type "odd": at /content: The content is not JSON. (import_refused)`);
    expect(ended.errors).not.toMatch(/[Ll]ine \d|secret/);
  });

  it('takes ~/ in the path of the file, and names it as it was given where it can\'t be opened', async () => {
    expect(await run('import-synapse', 'example.org', '--sqlite=~/homeserver.db', '--dry-run')).toMatchObject({ code: 0, errors: passedOver });
    const missing = await run('import-synapse', 'example.org', '--sqlite=~/none.db', '--dry-run');
    expect(missing).toMatchObject({ code: 1, errors: expect.stringContaining('~/none.db can not be opened') as string });
  });

  it('passes over odd rows, names each, and imports the rest', async () => {
    expect(await importAll()).toEqual({
      code: 0,
      output: 'Imported 1, there already 1, of erased users 0, refused 3.\n',
      errors: passedOver,
    });
    expect(await run('get', bob, 'last')).toMatchObject({ code: 0, output: expect.stringContaining('3') as string });
    const { output, errors } = await importAll('--json');
    expect(errors).toBe('');
    const { refusals } = JSON.parse(output) as { readonly refusals: ReadonlyArray<object> };
    expect(refusals).toHaveLength(3);
    expect(refusals[0]).toEqual({
      table: 'account_data',
      user_id: bob,
      type: 'odd',
      code: 'invalid_content',
      pointer: '/content',
      message: 'The content is not JSON.',
    });
  });
});

describe('import', () => {
  it('ends at the first bad line, or passes over it with --pass-over, and names line, user and type', async () => {
    const file = join(folder, 'export.ndjson');
    const header = { format: 'account-data-export', version: 1, log_id: 'x', history: true };
    const record = { kind: 'account_data', user_id: bob, room_id: null, type: 't', actor: { kind: 'user', id: bob } };
    const lines = [header, { ...record, source_id: '1', content: [] }, { ...record, source_id: '2', content: {} }, { end: true, records: 2 }];
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(await run('import', file)).toMatchObject({
      code: 1,
      errors: expect.stringContaining(`Line 2, user ${bob}, type "t": at /content: `) as string,
    });
    expect(await run('import', '~/export.ndjson')).toEqual(await run('import', file));
    expect(await run('import', file, '--pass-over')).toMatchObject({
      code: 0,
      output: 'Imported 1, there already 0, of erased users 0, refused 1.\n',
      errors: expect.stringContaining(`Passed over: Line 2, user ${bob}, type "t": at /content: `) as string,
    });
  });
});
