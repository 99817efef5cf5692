import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalog } from '../src/commands/catalog.js';
import { typedLine } from '../src/completion/typedLine.js';
import { examples } from '../src/manual/examples.js';
import type { World } from '../src/World.js';
import { type CommandOnServer, type Run, startCommandOnServer } from './support/commandOnServer.js';

const [alice, bob, room] = ['@alice:example.org', '@bob:example.org', '!home:example.org'];
const [theme, notes] = ['org.example.theme', 'org.example.notes'];

let here: CommandOnServer;
/** A data folder and a configuration that no server runs on. */
let apart: string;

const done = async (run: Promise<Run>): Promise<string> => {
  const { code, output, errors } = await run;
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return output;
};

const runApart = (...args: ReadonlyArray<string>): Promise<Run> => here.runAloneIn({ cwd: apart, env: { HOME: apart } }, ...args);

beforeAll(async () => {
  here = await startCommandOnServer({ modules: [{ module: '@account-data/module-audit-room', config: { audit_room: '!audit:example.org', sender: '@auditor:example.org' } }] });
  apart = join(here.folder, 'apart');
  await mkdir(apart);
  await writeFile(join(apart, 'account-data.yaml'), '{ "log": { "level": "silent" } }');
  for (const folder of [here.folder, apart]) await writeFile(join(folder, 'theme.json'), '{"theme":"light"}');
  await done(runApart('put', alice, theme, '{"theme":"dark"}'));
  for (const user of [bob, '@carol:example.org', '@dave:example.org']) await done(here.run('put', user, theme, '{"theme":"dark"}'));
  await done(here.run('put', bob, theme, '{"theme":"light"}'));
  await done(here.run('put', alice, theme, '{"theme":"dark"}'));
  await writeFile(join(here.folder, 'export.ndjson'), await done(here.run('export')));
  for (const folder of [here.folder, apart]) {
    const database = new sqlite.Database(join(folder, 'homeserver.db'));
    database.exec(`
      CREATE TABLE account_data (user_id TEXT, account_data_type TEXT, stream_id BIGINT, content TEXT);
      CREATE TABLE room_account_data (user_id TEXT, room_id TEXT, account_data_type TEXT, stream_id BIGINT, content TEXT);
      CREATE TABLE room_tags (user_id TEXT, room_id TEXT, tag TEXT, content TEXT);
      CREATE TABLE room_tags_revisions (user_id TEXT, room_id TEXT, stream_id BIGINT);
      INSERT INTO account_data VALUES ('@erin:example.org', 'm.first', 1, '{"n":1}');
    `);
    database.close();
  }
});

afterAll(() => here.stop());

/** What a command is about is there before each example of it. */
const seed = async (): Promise<void> => {
  await done(here.run('put', alice, theme, '{"theme":"dark"}'));
  await done(here.run('put', alice, notes, '{"note":"call"}', '--room', room));
  for (const tag of ['m.favourite', 'u.work']) await done(here.run('tag', 'set', alice, room, tag));
};

const logIn = async (name: string): Promise<void> => {
  await done(here.runAloneIn({ readInput: () => Promise.resolve(here.token) }, 'login', here.url, '--name', name));
};

const prepared: Readonly<Record<string, () => Promise<unknown>>> = {
  'context': () => logIn('production'),
  'context use': () => logIn('production'),
  'context remove': async () => {
    await logIn('production');
    await logIn('staging');
  },
  'store backup': () => rm(join(apart, 'backup'), { recursive: true, force: true }),
  'token revoke': async () => {
    await rm(join(apart, 'data', 'tokens.json'), { force: true });
    for (const name of ['support', 'first-start']) await done(runApart('token', 'create', '--role', 'admin', '--name', name));
  },
};

/** What only another state than this one's would let through, and the code it is refused with here. */
const refusedHere: Readonly<Record<string, string>> = {
  [examples['modules redrive']?.[1] ?? '']: 'not_parked',
  [examples['modules drop']?.[1] ?? '']: 'not_parked',
  'modules forget': 'module_refusal',
  // No homeserver's database is here, and a Node without SQLite could not look at this file.
  [examples['follow-synapse']?.[0] ?? '']: 'database_unreachable',
  [examples['follow-synapse']?.[1] ?? '']: 'not_prepared',
  ...Object.fromEntries(['follow', 'follow status', 'follow parked', 'follow compare', 'follow release'].map((path) => [path, 'not_followed'])),
};

const withoutServer = /^(store|token|doctor|serve|follow-synapse)/;

const local = /^(login|context|completion)/;

const runExample = (line: string): Promise<Run> => {
  const args = typedLine(line).words.map((word) => word.replace('https://account-data.example.org', here.url).replace(/^(export\.ndjson|homeserver\.db)$/, join(here.folder, '$1')));
  const world: Partial<World> = {
    readInput: () => Promise.resolve(here.token),
    edit: (text) => Promise.resolve({ text: text.replace('{', '{"edited":true,'), file: 'content.json', forget: () => Promise.resolve() }),
  };
  if (withoutServer.test(line)) return runApart(...args);
  return local.test(line) ? here.runAloneIn(world, ...args) : here.runIn(world, ...args);
};

const names = new Set(['', ...catalog.map(({ name }) => name)]);

it.each(Object.entries(examples).filter(([path]) => names.has(path.split(' ')[0] ?? '')))('the examples of "%s" run', async (path, lines) => {
  await prepared[path]?.();
  for (const line of lines) {
    expect(line.startsWith(path)).toBe(true);
    await seed();
    const { code, errors } = await runExample(line);
    const refused = refusedHere[line] ?? refusedHere[path];
    if (refused === undefined) expect({ line, code, errors: code === 0 ? '' : errors }).toEqual({ line, code: 0, errors: '' });
    else expect({ line, code, errors }).toEqual({ line, code: 1, errors: expect.stringContaining(refused) as string });
  }
});

it('each command has two examples in its help, and is in the manual', async () => {
  const manual = await done(here.runAlone('__manual'));
  const commands = [...manual.matchAll(/^\.SS account\\-data (.+)$/gm)].map(([, usage = '']) => usage.replaceAll('\\', '').replace(/ [[<].*$/, ''));
  expect(commands.filter((path) => examples[path] === undefined)).toEqual([]);
  for (const { name, hidden } of catalog) expect(commands.includes(name)).toBe(hidden !== true);
  expect(await done(here.runAlone('store', 'backup', '--help'))).toContain(`Examples:\n  account-data ${examples['store backup']?.[0] ?? ''}\n`);
  expect(await done(here.runAlone('modules', 'pause', '--help'))).toMatch(/\nOn a data folder: by the server that runs there; without one it is\s+refused\s+\(needs_server\)\.\n\nExamples:\n/);
  expect(manual).toContain('.PP\nOn a data folder: by the log itself, whether a server runs there or not.\n');
  expect(await done(here.runAlone('--help'))).toContain(`Examples:\n  account-data put ${alice}`);
});
