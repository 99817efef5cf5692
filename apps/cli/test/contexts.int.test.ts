import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandOnServer, type Run, startCommandOnServer } from './support/commandOnServer.js';

const alice = '@alice:example.org';
const theme = 'org.example.theme';

let here: CommandOnServer;
let run: (input: string, env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) => Promise<Run>;

beforeAll(async () => {
  here = await startCommandOnServer();
  // Away from the server's configuration, with nothing but what was logged in to.
  run = (input, env, ...args) => here.runAloneIn({ cwd: join(here.folder, 'data'), env: { HOME: here.folder, ...env }, readInput: () => Promise.resolve(input) }, ...args);
});

afterAll(() => here.stop());

const file = (): string => join(here.folder, '.config', 'account-data', 'contexts.json');

it('a server that was logged in to is worked on where nothing else is named', async () => {
  expect(await run('wrong\n', {}, 'login', here.url)).toMatchObject({ code: 1, output: '' });
  expect(await run('', {}, 'login', here.url)).toMatchObject({ code: 1, errors: expect.stringContaining('(token_missing)') as string });
  expect(await run('', {}, 'context', 'list')).toMatchObject({ code: 0, output: '' });

  const { host } = new URL(here.url);
  const made = await run(`${here.token}\n`, {}, 'login', here.url);
  expect(made).toMatchObject({ code: 0, output: `Logged in to ${here.url} with role admin. The context ${host} is current.\n` });
  expect(made.output + made.errors).not.toContain(here.token);
  expect((await stat(file())).mode & 0o777).toBe(0o600);

  expect(await run('', {}, 'put', alice, theme, '{"theme":"dark"}')).toMatchObject({ code: 0 });
  expect((await here.run('get', alice, theme)).output).toContain('dark');
  // What needs a server by itself finds it, too, and a URL its token.
  expect((await run('', {}, 'projection', 'status')).output).toMatch(/^ready /);
  expect((await run('', {}, 'projection', 'status', '--url', here.url)).output).toMatch(/^ready /);
});

it('contexts are listed, chosen by name, by the environment or as the current one, and forgotten', async () => {
  const { host } = new URL(here.url);
  expect(await run(here.token, {}, 'login', here.url, '--name', 'other', '--json')).toMatchObject({ code: 0, output: `{"name":"other","url":"${here.url}","role":"admin","user_id":null}\n` });
  expect((await run('', {}, 'context', 'list')).output).toBe(`  ${host}  ${here.url}\n* other  ${here.url}\n`);
  expect((await run('', {}, 'context', 'use', host)).output).toBe(`Now current: ${host}.\n`);
  expect((await run('', {}, 'context', 'list', '-o', 'table')).output).not.toContain(here.token);
  expect(await run('', {}, 'context', 'use', 'none')).toMatchObject({ code: 1, errors: expect.stringContaining('(no_such_context)') as string });
  expect(await run('', { ACCOUNT_DATA_CONTEXT: 'none' }, 'get', alice, theme)).toMatchObject({ code: 1, errors: expect.stringContaining('(no_such_context)') as string });
  expect(await run('', {}, 'get', alice, theme, '--context', 'other')).toMatchObject({ code: 0 });
  expect(await run('', {}, 'get', alice, theme, '--context', 'other', '--url', here.url)).toMatchObject({ code: 2 });
  expect((await run('', {}, 'context', 'remove', host)).output).toBe(`Forgot ${host}.\n`);
  expect(await readFile(file(), 'utf8')).not.toContain('current');
  // Without a current one, it is the folder again: there is none here.
  expect(await run('', {}, 'get', alice, theme)).toMatchObject({ code: 1, errors: expect.stringContaining('(store_missing)') as string });
  expect((await run('', { ACCOUNT_DATA_CONTEXT: 'other' }, 'get', alice, theme)).output).toContain('dark');
});

it('a folder that is named, or a configuration that lies here, goes before the current context', async () => {
  expect(await run(here.token, {}, 'login', here.url, '--name', 'current')).toMatchObject({ code: 0 });
  expect(await run('', {}, 'get', alice, theme, '--dir', 'nothing-here')).toMatchObject({ code: 1, errors: expect.stringContaining('(store_missing)') as string });
  // Nobody answers where the current context leads.
  await writeFile(file(), (await readFile(file(), 'utf8')).replaceAll(here.url, 'http://127.0.0.1:1'));
  expect(await run('', {}, 'history', '--all-users')).toMatchObject({ code: 1, errors: expect.stringContaining('(server_unreachable)') as string });
  expect((await here.runAloneIn({ env: { HOME: here.folder } }, 'history', '--all-users')).output).toContain(alice);
});
