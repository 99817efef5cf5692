import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { type CommandOnServer, type Run, startCommandOnServer } from './support/commandOnServer.js';

const [alice, bob] = ['@alice:example.org', '@bob:example.org'];
const theme = 'org.example.theme';

let here: CommandOnServer;
let run: CommandOnServer['run'];

beforeAll(async () => {
  here = await startCommandOnServer({ modules: [{ module: '@account-data/module-audit-room', config: { audit_room: '!audit:example.org', sender: '@auditor:example.org' } }] });
  ({ run } = here);
  expect(await run('put', alice, theme, '{"theme":"dark"}')).toMatchObject({ code: 0 });
  expect(await run('put', bob, theme, '{"theme":"blue"}')).toMatchObject({ code: 0 });
});

afterAll(() => here.stop());

const yamlOf = async (...args: ReadonlyArray<string>): Promise<unknown> => {
  const { code, output, errors } = await run(...args, '-o', 'yaml');
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return parse(output);
};

it('what operations came to is written in the format that is asked for', async () => {
  expect(await yamlOf('projection', 'status')).toMatchObject({ ready: true });
  expect(await yamlOf('projection', 'rebuild')).toMatchObject({ events: expect.any(Number) as number });
  expect(await yamlOf('projection', 'verify')).toMatchObject({ equal: true });
  expect(await yamlOf('modules', 'pause', 'audit-room')).toEqual({ name: 'audit-room', done: 'paused' });
  expect(await yamlOf('modules', 'resume', 'audit-room')).toEqual({ name: 'audit-room', done: 'resumed' });
  expect(await yamlOf('modules', 'replay', 'audit-room')).toMatchObject({ failures: 0 });
  expect(await yamlOf('modules', 'drop', 'audit-room', '--all')).toEqual({ dropped: 0 });
  expect((await run('modules', 'replay', 'audit-room', '--columns', 'deliveries')).output).toMatch(/^DELIVERIES\n\d+\n$/);
  expect(JSON.parse((await run('modules', 'list', '-o', 'json')).output)).toMatchObject([{ name: 'audit-room' }]);
  expect((await run('modules', 'list', '-o', 'table')).output).toMatch(/^NAME +STATE +POSITION/);
  expect(await yamlOf('erase', bob, '--yes')).toMatchObject({ user_id: bob });
});

it('an import is told in each format, with what was refused where there is room for it', async () => {
  const file = join(here.folder, 'export.ndjson');
  await writeFile(file, (await run('export')).output);
  expect(await yamlOf('import', file)).toMatchObject({ imported: 0, refused: 0, refusals: [] });
  expect((await run('import', file, '-o', 'table')).output).toMatch(/^IMPORTED +KNOWN +ERASED +REFUSED +POSITION\n0 /);
});

it('a format is refused where there is but one', async () => {
  for (const args of [['export', '-o', 'yaml'], ['export', '--columns', 'type'], ['follow-synapse', '--dir', 'data', '-o', 'yaml']]) {
    expect(await run(...args)).toMatchObject({ code: 2, output: '', errors: expect.stringContaining('(usage)') as string });
  }
});

it('what is found in a data folder is, too', async () => {
  const inFolder = async (...args: ReadonlyArray<string>): Promise<string> => (await run(...args, '--dir', 'data')).output;
  expect(parseAllDocuments(await inFolder('doctor', '-o', 'yaml')).map((document) => document.toJSON() as unknown)).toContainEqual(
    expect.objectContaining({ severity: 'info', code: expect.any(String) as string }),
  );
  expect(parse(await inFolder('store', 'scrub', '-o', 'yaml'))).toMatchObject({ damage: [] });
  await mkdir(join(here.folder, 'copy'));
  expect(await inFolder('store', 'backup', 'copy', '-o', 'table')).toMatch(/^END\n\d+\n$/);
  expect(Object.keys(JSON.parse(await inFolder('token', 'create', '--role', 'service', '-o', 'json')) as object)).toContain('token');
});

it('history and as-of take a time as the log recorded it, or as it was made', async () => {
  const header = { format: 'account-data-export', version: 1, log_id: 'x', history: true };
  const record = { kind: 'account_data', user_id: '@carol:example.org', room_id: null, type: theme, content: { a: 1 }, time: Date.UTC(2001, 1, 3), actor: { kind: 'user', id: '@carol:example.org' }, source_id: '1' };
  const file = join(here.folder, 'old.ndjson');
  await writeFile(file, [header, record, { end: true, records: 1 }].map((line) => `${JSON.stringify(line)}\n`).join(''));
  expect(await run('import', file)).toMatchObject({ code: 0, errors: '' });
  const count = async (...args: ReadonlyArray<string>): Promise<number> => (await run(...args, '--json')).output.split('\n').length - 1;
  for (const where of [[], ['--dir', 'data']]) {
    expect(await count('history', '@carol:example.org', '--until', '2002-01-01', ...where)).toBe(1);
    expect(await count('history', '@carol:example.org', '--until', '2002-01-01', '--by', 'recorded', ...where)).toBe(0);
    expect(await count('as-of', '@carol:example.org', '--time', '2002-01-01', ...where)).toBe(1);
    expect(await count('as-of', '@carol:example.org', '--time', '2002-01-01', '--by', 'recorded', ...where)).toBe(0);
  }

  // Restored as it was then, and not once more.
  expect(await run('put', '@carol:example.org', theme, '{"a":2}')).toMatchObject({ code: 0 });
  const restore = ['restore', '@carol:example.org', '--time', '2002-01-01'];
  expect(JSON.parse((await run(...restore, '--dry-run', '--json')).output)).toMatchObject({ type: theme, before: { a: 2 }, after: { a: 1 }, if_revision: '1' });
  expect(await run(...restore, '--type', 'org.example.none')).toMatchObject({ code: 0, output: '', errors: expect.stringContaining('nothing is to be restored') as string });
  expect((await run(...restore)).output).toMatch(/^Restored one key as of 2002-01-01T00:00:00.000Z, up to revision \d+\. Room tags are as they were\.\n$/);
  expect((await run('get', '@carol:example.org', theme)).output).toContain('1');
  expect((await run('history', '@carol:example.org', '--backwards', '--limit', '1')).output).toContain('why:   restores what was at 2002-01-01T00:00:00.000Z');
  expect(await run('restore', '@carol:example.org')).toMatchObject({ code: 2 });
  expect(await run('restore', '@carol:example.org', '0', '--type', theme)).toMatchObject({ code: 2 });
});

it('where there is nothing to show, a person is told so and a program sees it, on a server and in its folder', async () => {
  const [nobody, nowhere] = ['@nobody:example.org', '!nowhere:example.org'];
  const commands: ReadonlyArray<ReadonlyArray<string>> = [
    ['users', nobody],
    ['history', nobody],
    ['state', nobody],
    ['as-of', nobody, '--time', 'now'],
    ['diff', nobody, '--from-time', 'now'],
    ['tag', 'list', nobody, nowhere],
    ['feed', '--no-follow', '--user', nobody],
    ['room', 'tail', nowhere, '--no-follow'],
    ['access-log', '--kind', 'feed', '--actor', nobody],
  ];
  for (const command of commands) {
    for (const where of [[], ['--dir', 'data']]) {
      const errors = expect.stringMatching(/^account-data: .+\.\n$/) as string;
      expect(await run(...command, ...where), command.join(' ')).toEqual({ code: 0, output: '', errors });
      expect(await run(...command, '--json', ...where), command.join(' ')).toEqual({ code: 0, output: '', errors: '' });
    }
  }
});

it('users are the same on a server and in its folder', async () => {
  const onServer = await run('users');
  expect(onServer.output).toContain(alice);
  expect(await run('users', '--dir', 'data')).toEqual(onServer);
});

it('who looked is the same on a server and in its folder, with the reason that the environment names', async () => {
  const world = { env: { ACCOUNT_DATA_TOKEN: here.token, HOME: here.folder, ACCOUNT_DATA_REASON: 'ticket 4711' } };
  expect(await here.runIn(world, 'state', '@eve:example.org')).toMatchObject({ code: 0 });
  expect(await run('access-log', '@eve:example.org', '--kind', 'feed')).toMatchObject({ code: 0, output: '', errors: expect.stringContaining('Nobody looked') as string });
  const onServer = await run('access-log', '@eve:example.org', '--kind', 'data', '--limit', '1');
  expect(onServer.output).toMatch(/^\S+Z {2}\S+ \(admin\) looked at data of @eve:example.org: ticket 4711\n$/);
  expect(await run('access-log', '@eve:example.org', '--kind', 'data', '--limit', '1', '--dir', 'data')).toEqual(onServer);
  const [entry] = (await run('access-log', '@eve:example.org', '--kind', 'data', '--json')).output.split('\n');
  expect(JSON.parse(entry ?? '')).toMatchObject({ role: 'admin', user_id: '@eve:example.org', kind: 'data', reason: 'ticket 4711' });
});

it('a token that is revoked is gone from the data folder, and one of the configuration is not', async () => {
  const inFolder = (...args: ReadonlyArray<string>) => run('token', ...args, '--dir', 'data');
  expect(await inFolder('create', '--role', 'service', '--name', 'billing')).toMatchObject({ code: 0 });
  expect((await inFolder('list')).output).toContain('billing  in the data folder');
  expect(await inFolder('revoke', 'billing')).toMatchObject({ code: 0 });
  expect((await inFolder('list')).output).not.toContain('billing');
  const [configured] = (JSON.parse((await inFolder('list', '-o', 'json')).output) as ReadonlyArray<Readonly<Record<string, string>>>).filter((token) => token['kept_in'] === 'configuration');
  expect(await inFolder('revoke', configured?.['token_sha256'] ?? '')).toMatchObject({ code: 1, errors: expect.stringContaining('(token_configured)') as string });
});

const check = async (modules: unknown, more: object = {}): Promise<Run> => {
  const file = join(here.folder, 'checked.yaml');
  await writeFile(file, JSON.stringify({ store: { path: './unmade' }, modules, ...more }));
  return here.runAlone('serve', '--check', '--config', file);
};

it('serve --check says whether the configuration is right, and starts nothing', async () => {
  const right = await check([{ module: '@account-data/module-audit-room', config: { audit_room: '!audit:example.org', sender: '@auditor:example.org' } }]);
  expect(right).toMatchObject({ code: 0, output: expect.stringContaining('checked.yaml is right.') as string });
  expect(right.output).toContain('Modules: audit-room.');
  const following = (server_name: string) => check([], { follow: { synapse: { server_name, postgres: 'postgresql://f@127.0.0.1:1/s' } } });
  expect((await following('example.org')).output).toContain('Follows example.org, whose database was not asked');
  expect(await following('https://example.org')).toMatchObject({ code: 1, errors: expect.stringContaining('must be a server name') as string });
  expect(await check([{ module: '@account-data/module-audit-room', config: {} }])).toMatchObject({ code: 1, output: '', errors: expect.stringContaining('(config_invalid)') as string });
  expect(existsSync(join(here.folder, 'unmade'))).toBe(false);
});

it.skipIf(spawnSync('python3', ['--version']).status !== 0)('serve --check has a module in Python look at its configuration (needs python3)', async () => {
  await writeFile(join(here.folder, 'noting.py'), pythonModule);
  const noting = (config: object) => check([{ module: '@account-data/module-python', config: { class: 'noting.Noting', python_path: [here.folder], config } }]);
  expect(await noting({ room: '!r:example.org' })).toMatchObject({ code: 0, output: expect.stringContaining('Modules: python.') as string });
  const refused = await noting({});
  expect(refused).toMatchObject({ code: 1, output: '' });
  expect(refused.errors).toContain("checked.yaml: modules[0].config.config.room: 'room' is required (config_invalid)");
});

/** It would end the check if it were made. */
const pythonModule = `
from synapse.module_api.errors import ConfigError

class Noting:
    def __init__(self, config, api):
        raise RuntimeError("It is made.")

    @staticmethod
    def parse_config(config):
        if "room" not in config:
            raise ConfigError("'room' is required", ("room",))
        return config
`;
