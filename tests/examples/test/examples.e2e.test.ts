import { createAccountDataClient } from '@account-data/client';
import { chromiumPath, newVisitor } from '@account-data/tests-browser';
import { type ChildProgram, type DataFolder, type ServerProcess, checkout, endOf, makeDataFolder, startProgram, startServer, waitUntil } from '@account-data/tests-end-to-end';
import { type PostgresServer, postgresPrograms, startPostgres } from '@account-data/tests-postgres';
import { execFile, spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import pg from 'pg';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const examples = join(checkout, 'apps/examples');
const python = join(checkout, 'packages/module-python/program');
const isPythonThere = spawnSync('python3', ['--version']).status === 0;
const postgres = postgresPrograms();

const tokens = { alice: 'alice-secret', service: 'service-secret', auditor: 'auditor-secret', admin: 'admin-secret' };
const alice = '@alice:example.org';
const consents = { room: '!consents:example.org', sender: '@consents:example.org', type: 'org.example.consent' };
const themes = { room: '!themes:example.org', sender: '@themes:example.org' };

describe('the examples, against one server', () => {
  let folder: DataFolder;
  let server: ServerProcess;
  const client = (token: string) => createAccountDataClient({ baseUrl: server.url, token });
  /** What the example reads of its surroundings. */
  const surroundings = (token: string) => ({ ACCOUNT_DATA_URL: server.url, ACCOUNT_DATA_TOKEN: token });
  const start = (example: string, token: string, env: Readonly<Record<string, string>> = {}, args: ReadonlyArray<string> = []): ChildProgram =>
    startProgram(join(examples, example, 'dist/main.js'), args, { cwd: folder.path, env: { ...surroundings(token), ...env } });
  /** Waits until a room has a message with these words in it. */
  const isSaid = (room: string, words: string): Promise<true> =>
    waitUntil(words, async () => {
      const { events } = await client(tokens.admin).roomEvents(room);
      return events.some(({ content }) => JSON.stringify(content).includes(words)) ? true : undefined;
    });

  beforeAll(async () => {
    folder = await makeDataFolder();
    const installed = join(folder.path, 'node_modules/@example/module-consent-log');
    await mkdir(installed, { recursive: true });
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder.path], { cwd: join(examples, 'typescript-module') });
    const [packed] = JSON.parse(stdout) as ReadonlyArray<{ readonly filename: string }>;
    await run('tar', ['-xzf', join(folder.path, packed?.filename ?? ''), '-C', installed, '--strip-components=1']);
    await folder.configure({
      server: { host: '127.0.0.1', port: 0 },
      auth: {
        tokens: [
          { token: tokens.alice, role: 'user', user_id: alice },
          { token: tokens.service, role: 'service', name: 'shop' },
          { token: tokens.auditor, role: 'auditor', name: 'auditing' },
          { token: tokens.admin, role: 'admin', name: 'root' },
        ],
      },
      modules: [
        { module: '@example/module-consent-log', on_failure: 'retry', config: consents },
        ...(isPythonThere ? [{ module: '@account-data/module-python', on_failure: 'park', config: { class: 'theme_notes.ThemeNotes', python_path: [join(examples, 'python-module')], config: themes } }] : []),
      ],
    });
    server = await startServer(folder);
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  it('backend-service: a setting is changed once for each key, and read by whoever has its position', async () => {
    const program = start('backend-service', tokens.service, { PORT: '0' });
    onTestFinished(async () => {
      program.kill('SIGTERM');
      expect(await endOf(program)).toEqual({ code: 0, signal: null });
    });
    const url = await waitUntil('its address', () => /http:\S+/.exec(program.output())?.[0]);
    const settings = `${url}/settings/@shopper:example.org`;
    expect(await (await fetch(settings)).json()).toEqual({ theme: 'light', newsletter: false });
    const put = (body: string): Promise<Response> => fetch(settings, { method: 'PUT', headers: { 'Idempotency-Key': 'one' }, body });
    const answers = [await put('{"theme":"dark","newsletter":true}'), await put('{"theme":"dark","newsletter":true}')];
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([{ revision: '0' }, { revision: '0' }]);
    const position = answers[0]?.headers.get('position') ?? '';
    expect(await (await fetch(settings, { headers: { Position: position } })).json()).toEqual({ theme: 'dark', newsletter: true });
    expect((await put('{"theme":"pink"}')).status).toBe(400);
    expect((await put('{')).status).toBe(400);
    const { entries } = await client(tokens.auditor).history('@shopper:example.org');
    expect(entries.map(({ actor, reason }) => [actor.id, reason])).toEqual([['shop', 'changed in the shop']]);
  });

  it('auditors-report: a month is told, and nothing of the months beside it', async () => {
    const record = (day: string, actor: object, type: string, content: object) =>
      JSON.stringify({ kind: 'account_data', user_id: '@past:example.org', room_id: null, type, content, source_id: day, time: Date.parse(day), actor, reason: 'a | reason', origin: 'api' });
    const past = { kind: 'user', id: '@past:example.org' };
    await client(tokens.admin).importLog([
      JSON.stringify({ format: 'account-data-export', version: 1, log_id: 'fixed', history: true }),
      record('2019-01-31T23:59:59.999Z', past, 'org.example.before', { a: 1 }),
      record('2019-02-01T00:00:00.000Z', past, 'org.example.note', { a: 1 }),
      record('2019-02-28T23:59:59.999Z', { kind: 'admin', id: 'root' }, 'org.example.note', {}),
      record('2019-03-01T00:00:00.000Z', past, 'org.example.after', { a: 1 }),
      JSON.stringify({ end: true, records: 4 }),
    ]);
    const report = start('auditors-report', tokens.auditor, {}, ['2019-02']);
    expect({ ...(await endOf(report)), errors: report.errors() }).toEqual({ code: 0, signal: null, errors: '' });
    expect(report.output()).toBe(`# Account data in 2019-02

2 changes of 1 users.

| type | set | deleted |
| --- | --- | --- |
| org.example.note | 1 | 1 |

| who | changes |
| --- | --- |
| admin root | 1 |
| user @past:example.org | 1 |

## Changed by somebody else

| when | whose | type | by | why |
| --- | --- | --- | --- | --- |
| 2019-02-28T23:59:59.999Z | @past:example.org | org.example.note | admin root | a \\| reason |
`);
    const refused = start('auditors-report', tokens.auditor, {}, ['2019-13']);
    expect({ ...(await endOf(refused)), errors: refused.errors() }).toEqual({ code: 1, signal: null, errors: 'Say which month: 2026-01.\n' });
  });

  it('typescript-module: the package that is released of it is installed and hears of changes', async () => {
    await client(tokens.alice).set(alice, null, consents.type, { given: true });
    await isSaid(consents.room, `${alice} has given consent`);
  });

  it.skipIf(!isPythonThere)('python-module: its test passes, and the server delivers to it (needs python3)', async () => {
    const env = { ...process.env, PYTHONPATH: `${python}:${python}/standin`, PYTHONDONTWRITEBYTECODE: '1' };
    const { stderr } = await run('python3', ['-m', 'unittest'], { cwd: join(examples, 'python-module'), env });
    expect(stderr).toMatch(/Ran 3 tests[^]*OK/);
    await client(tokens.alice).set(alice, null, 'org.example.theme', { theme: 'dark' });
    await isSaid(themes.room, `${alice} sees dark`);
  });

  describe.skipIf(postgres === undefined)('with PostgreSQL', () => {
    let database: PostgresServer;
    beforeAll(async () => {
      database = await startPostgres(postgres ?? '');
    });
    afterAll(() => database.stop());

    it('postgres-consumer: each change is counted once, though the program is killed', async () => {
      const changes = 500;
      const commands = Array.from({ length: changes }, (_, n) => ({ set: { n }, type: 'org.example.counted' }));
      for (let from = 0; from < changes; from += 100) await client(tokens.service).batch('@counted:example.org', commands.slice(from, from + 100));
      const env = { DATABASE_URL: database.connectionString };
      const killed = start('postgres-consumer', tokens.auditor, env);
      await waitUntil('its first checkpoint', () => (killed.output().includes('\n') ? true : undefined));
      killed.kill('SIGKILL');
      await endOf(killed);
      const { position: last } = await client(tokens.service).set('@counted:example.org', null, 'org.example.last', { n: changes });
      const again = start('postgres-consumer', tokens.auditor, env);
      await waitUntil('the last change', () => (again.output().split('\n').some((line) => line !== '' && BigInt(line) >= BigInt(last ?? '0')) ? true : undefined));
      again.kill('SIGTERM');
      expect({ ...(await endOf(again)), errors: again.errors() }).toEqual({ code: 0, signal: null, errors: '' });
      const pool = new pg.Client({ connectionString: database.connectionString });
      await pool.connect();
      onTestFinished(() => pool.end());
      const { rows } = await pool.query("SELECT type, sum(changes)::int AS changes FROM account_data_report.changes_per_day WHERE user_id = '@counted:example.org' GROUP BY type ORDER BY type");
      expect(rows).toEqual([
        { type: 'org.example.counted', changes },
        { type: 'org.example.last', changes: 1 },
      ]);
    });
  });

  it.skipIf(chromiumPath() === undefined)('browser-page: it shows what a user has, and each change as it comes (needs chromium)', async () => {
    const page = join(examples, 'browser-page');
    await build({ root: join(page, 'src'), configFile: join(page, 'vite.config.mjs'), logLevel: 'error' });
    const web = await preview({ configFile: join(page, 'vite.config.mjs'), logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } });
    onTestFinished(() => web.close());
    const address = (web.resolvedUrls?.local[0] ?? '').replace(/\/$/, '');
    const browser = await chromium.launch({ executablePath: chromiumPath() ?? '', args: ['--no-sandbox'] });
    onTestFinished(() => browser.close());
    const bob = '@bob:example.org';
    const service = client(tokens.service);
    await service.set(bob, null, 'org.example.first', { n: 1 });
    const visitor = await newVisitor(browser, [address, server.url]);
    await visitor.page.goto(address);
    await visitor.page.getByLabel('Server').fill(server.url);
    await visitor.page.getByLabel('User').fill(bob);
    await visitor.page.getByLabel('Token').fill(tokens.service);
    await visitor.page.getByRole('button', { name: 'Follow' }).click();
    const shows = (...lines: ReadonlyArray<string>): Promise<true> =>
      waitUntil(`the list ${JSON.stringify(lines)}`, async () => (isDeepStrictEqual(await visitor.page.getByRole('listitem').allTextContents(), lines) ? true : undefined));
    await shows('org.example.first: {"n":1}');
    await service.set(bob, '!room:example.org', 'org.example.second', { text: '<b>' });
    await shows('org.example.first: {"n":1}', 'org.example.second in !room:example.org: {"text":"<b>"}');
    await service.delete(bob, null, 'org.example.first');
    await shows('org.example.second in !room:example.org: {"text":"<b>"}');
    expect(await visitor.inaccessible()).toEqual([]);
    expect(await visitor.faults()).toEqual([]);
  });
});
