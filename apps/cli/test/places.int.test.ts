import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog } from '../src/commands/catalog.js';
import { onFolder } from '../src/manual/onFolder.js';
import { type CommandOnServer, type Run, startCommandOnServer } from './support/commandOnServer.js';

const [alice, bob, room] = ['@alice:example.org', '@bob:example.org', '!home:example.org'];
const [theme, notes] = ['org.example.theme', 'org.example.notes'];
const modules = [{ module: '@account-data/module-audit-room', config: { audit_room: '!audit:example.org', sender: '@auditor:example.org' } }];

/** What is worked on: a data folder that no server runs on, one beside its server and without a token, and that server by its URL. */
const places = ['alone', 'beside', 'url'] as const;

/**
 * A command, and the code of the refusal that it ends with (none: it is done): on a folder without a server, and on a server, which
 * is the same with a URL and beside it.
 */
interface Row {
  readonly args: ReadonlyArray<string>;
  readonly alone?: string;
  readonly onServer?: string;
}

const noServer = { alone: 'needs_server' };
const notFollowed = { alone: 'needs_server', onServer: 'not_followed' };

const rows: ReadonlyArray<Row> = [
  { args: ['put', alice, theme, '{"theme":"dark"}'] },
  { args: ['put', alice, theme, '{"theme":"light"}'] },
  { args: ['get', alice, theme] },
  { args: ['edit', alice, theme] },
  { args: ['tag', 'set', alice, room, 'u.work', '{"order":0.5}'] },
  { args: ['tag', 'list', alice, room] },
  { args: ['tag', 'remove', alice, room, 'u.work'] },
  { args: ['users'] },
  { args: ['state', alice] },
  { args: ['history', alice] },
  { args: ['history', alice, '--tags'] },
  { args: ['history', '--all-users'] },
  { args: ['history', '--type', theme] },
  { args: ['history', '--actor', alice] },
  { args: ['history', '--room', room] },
  { args: ['as-of', alice, '--revision', '0'] },
  { args: ['as-of', alice, '--position', '1000000'] },
  { args: ['as-of', alice, '--time', 'now'] },
  { args: ['diff', alice, '--from-revision', '0'] },
  { args: ['diff', alice, '--from-position', '1'] },
  { args: ['feed', '--no-follow'] },
  { args: ['room', 'tail', '!audit:example.org', '--no-follow'] },
  { args: ['access-log'] },
  { args: ['revert', alice, '3'] },
  { args: ['restore', alice, '1', '--yes'] },
  { args: ['restore', alice, '--time', 'yesterday', '--dry-run'] },
  { args: ['delete', alice, notes] },
  { args: ['export'] },
  { args: ['import', 'export.ndjson'] },
  { args: ['import-synapse', 'example.org', '--sqlite', 'homeserver.db'] },
  { args: ['modules', 'list'] },
  { args: ['modules', 'parked', 'audit-room'] },
  { args: ['modules', 'drop', 'audit-room', '--all'] },
  { args: ['modules', 'pause', 'audit-room'], ...noServer },
  { args: ['modules', 'resume', 'audit-room'], ...noServer },
  { args: ['modules', 'redrive', 'audit-room', '--all'], ...noServer },
  { args: ['modules', 'replay', 'audit-room'], ...noServer },
  { args: ['modules', 'forget', 'old_webhook'], alone: 'needs_server', onServer: 'module_refusal' },
  { args: ['projection', 'status'] },
  { args: ['projection', 'rebuild'] },
  { args: ['projection', 'verify'] },
  { args: ['top', '--once', '--interval', '0.1'], ...noServer },
  { args: ['follow', 'status'], ...notFollowed },
  { args: ['follow', 'parked'], ...notFollowed },
  { args: ['follow', 'compare'], ...notFollowed },
  { args: ['follow', 'release', alice], ...notFollowed },
  { args: ['erase', bob, '--yes'] },
];

/** Commands that work on no log of either kind, or on the files of a folder themselves. */
const placeless = ['login', 'context', 'serve', 'doctor', 'store', 'token', 'completion', 'follow-synapse'];

const files: ReadonlyArray<string> = ['export.ndjson', 'homeserver.db'];

let here: CommandOnServer;
let there: CommandOnServer;
/** A data folder and a configuration that no server runs on. */
let alone: string;

const editor = (text: string): Promise<{ readonly text: string; readonly file: string; readonly forget: () => Promise<void> }> =>
  Promise.resolve({ text: text.replace('light', 'green'), file: 'content.json', forget: () => Promise.resolve() });

const runIn = (place: (typeof places)[number], words: ReadonlyArray<string>): Promise<Run> => {
  const { folder } = here;
  // The process that runs the tests has a working folder of its own.
  const args = words.map((word) => (files.includes(word) ? join(folder, word) : word));
  switch (place) {
    case 'alone':
      return here.runAloneIn({ cwd: alone, env: { HOME: folder }, edit: editor }, ...args);
    case 'beside':
      return here.runAloneIn({ env: { HOME: folder }, edit: editor }, ...args);
    case 'url':
      return there.runAloneIn({ cwd: folder, env: { HOME: folder, ACCOUNT_DATA_TOKEN: there.token }, edit: editor }, ...args, '--url', there.url);
  }
};

beforeAll(async () => {
  [here, there] = await Promise.all([startCommandOnServer({ modules }), startCommandOnServer({ modules })]);
  alone = join(here.folder, 'alone');
  await mkdir(alone);
  await writeFile(join(alone, 'account-data.yaml'), JSON.stringify({ log: { level: 'silent' }, modules }));
  for (const place of places) {
    expect(await runIn(place, ['put', bob, notes, '{"text":"x"}'])).toMatchObject({ code: 0 });
    expect(await runIn(place, ['put', alice, notes, '{"text":"x"}'])).toMatchObject({ code: 0 });
  }
  const exported = await there.run('export', '--user', '@nobody:example.org');
  expect(exported).toMatchObject({ code: 0 });
  await writeFile(join(here.folder, 'export.ndjson'), exported.output);
  const database = new sqlite.Database(join(here.folder, 'homeserver.db'));
  database.exec(`
    CREATE TABLE account_data (user_id TEXT, account_data_type TEXT, stream_id BIGINT, content TEXT);
    CREATE TABLE room_account_data (user_id TEXT, room_id TEXT, account_data_type TEXT, stream_id BIGINT, content TEXT);
    CREATE TABLE room_tags (user_id TEXT, room_id TEXT, tag TEXT, content TEXT);
    INSERT INTO account_data VALUES ('@dora:example.org', 'm.direct', 1, '{}');
  `);
  database.close();
});

afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
});

it('the table has every command that works on a log', () => {
  const named = new Set([...rows.map(({ args }) => args[0]), ...placeless]);
  expect(catalog.filter(({ hidden }) => hidden !== true).map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
});

/** The names of a command, without its arguments. */
const pathIn = (args: ReadonlyArray<string>): string => [args.join(' '), args.slice(0, 2).join(' '), args[0] ?? ''].find((path) => path in onFolder) ?? '';

it('help says of each what becomes of it on a data folder', () => {
  for (const { args, alone: refusedAlone } of rows) expect(onFolder[pathIn(args)]?.includes('(needs_server)'), args.join(' ')).toBe(refusedAlone === 'needs_server');
});

describe.each(places)('%s', (place) => {
  it.each(rows.map((row) => ({ ...row, name: row.args.join(' '), refused: place === 'alone' ? row.alone : row.onServer })))('$name ends with $refused', async ({ args, refused }) => {
    const { code, errors } = await runIn(place, args);
    expect({ code, refused: /\(([a-z_]+)\)$/m.exec(errors)?.[1] }, errors).toEqual({ code: refused === undefined ? 0 : 1, refused });
  });
});

describe('beside a server', () => {
  it('the command is known by what the server tells those who may read the folder, as the user of the operating system', async () => {
    const file = join(here.folder, 'data', 'server.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await runIn('beside', ['restore', alice, '1', '--yes'])).toMatchObject({ code: 0 });
    const { output } = await runIn('beside', ['history', alice, '--backwards', '--limit', '1', '-o', 'json']);
    expect(JSON.parse(output)).toMatchObject([{ actor: { kind: 'admin' }, origin: 'restore' }]);
    const { token } = JSON.parse(await readFile(file, 'utf8')) as { readonly token: string };
    expect((await runIn('beside', ['modules', 'list'])).output + output).not.toContain(token);
  });

  it('a token that is given goes before', async () => {
    const wrong = await here.runAloneIn({ env: { HOME: here.folder, ACCOUNT_DATA_TOKEN: 'of nobody' } }, 'projection', 'status');
    expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining('(unknown_token)') as string });
  });
});

it.each([['modules', 'list'], ['modules', 'parked', 'audit-room'], ['projection', 'status']])('%s %s is not watched where no server makes anything of it move', async (...args) => {
  const { code, errors } = await runIn('alone', [...args, '--watch']);
  expect(code).toBe(1);
  expect(errors).toContain('Only what a server does can be watched');
});

it('what a server that was killed left behind is not believed, and a server takes back what it told', async () => {
  const left = { version: 1, pid: 1, url: here.url, token: 'adt_of_a_server_that_is_gone' };
  const file = join(alone, 'data', 'server.json');
  await writeFile(file, JSON.stringify(left), { mode: 0o600 });
  expect(await runIn('alone', ['projection', 'status'])).toMatchObject({ code: 0 });
  expect(await runIn('alone', ['modules', 'pause', 'audit-room'])).toMatchObject({ code: 1, errors: expect.stringContaining('(needs_server)') as string });
  // The command's own server has told nobody of itself.
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(left);
  await rm(file);
  const ended = await startCommandOnServer();
  const told = join(ended.folder, 'data', 'server.json');
  expect(JSON.parse(await readFile(told, 'utf8'))).toMatchObject({ url: ended.url });
  await ended.close();
  await expect(stat(told)).rejects.toThrow('ENOENT');
  await ended.stop();
});

it('an import makes the folder, and what reads one does not', async () => {
  expect(await runIn('alone', ['import', 'export.ndjson', '--dir', 'imported'])).toMatchObject({ code: 0 });
  expect(await runIn('alone', ['users', '--dir', 'imported'])).toMatchObject({ code: 0 });
  expect(await runIn('alone', ['export', '--dir', 'missing'])).toMatchObject({ code: 1, errors: expect.stringContaining('(store_missing)') as string });
});
