import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  bob,
  type DataFolder,
  exampleConfig,
  jsonLinesOf,
  makeDataFolder,
  outputOf,
  runCommandLine,
  type ServerProcess,
  startServer,
  tokens,
} from '../src/index.js';

const theme = 'org.example.theme';
const room = '!room:example.org';

describe('what the command tells of the log', () => {
  let folder: DataFolder;
  let server: ServerProcess;

  beforeAll(async () => {
    folder = await makeDataFolder();
    await folder.configure({
      ...exampleConfig,
      auth: { tokens: [...exampleConfig.auth.tokens, { token: 'auditor-secret', role: 'auditor', name: 'audit' }] },
    });
    server = await startServer(folder);
    const put = (user: string, type: string, content: string, ...more: ReadonlyArray<string>) => outputOf(...at(tokens.service, 'put', user, type, content, ...more));
    await put(alice, theme, '{"theme":"dark"}');
    await outputOf(...at(tokens.service, 'tag', 'set', alice, room, 'u.work', '{"order":0.5}'));
    await put(bob, theme, '{"theme":"blue"}');
    await put(alice, 'org.example.pin', '{"pin":1}', '--room', room);
    await put(alice, theme, '{"theme":"light"}', '--request-key', 'asked once');
    await outputOf(...at(tokens.service, 'tag', 'remove', alice, room, 'u.work'));
  });

  afterAll(async () => {
    await server.killAtOnce();
    await folder.remove();
  });

  /** On the server. */
  const at = (token: string, ...args: ReadonlyArray<string>) => [[...args, '--url', server.url], { cwd: folder.path, env: { ACCOUNT_DATA_TOKEN: token } }] as const;
  /** On the folder, beside the server. */
  const beside = (...args: ReadonlyArray<string>) => [args, { cwd: folder.path }] as const;

  it('is the same on a folder and on its server', async () => {
    for (const args of [
      ['history', alice, '--tags'],
      ['history', alice, '--since', '2020-01-01', '--backwards'],
      ['diff', alice, '--from-revision', '0'],
      ['feed', '--no-follow', '--tags', '--user', alice],
    ]) {
      const onServer = await jsonLinesOf(...at(tokens.service, ...args));
      const onFolder = await jsonLinesOf(...beside(...args));
      expect(onServer.length).toBeGreaterThan(0);
      // The ids of a server's feed name the log; reads of a folder's streams tell no positions.
      const essence = (lines: ReadonlyArray<Readonly<Record<string, unknown>>>) => lines.map(({ id: _, position: __, ...line }) => line);
      expect(essence(onServer)).toEqual(essence(onFolder));
    }
  });

  it('is found across users, in a window and page by page', async () => {
    const types = await jsonLinesOf(...at('auditor-secret', 'history', '--type', theme));
    expect(types.map(({ user_id: user, content }) => [user, content])).toEqual([
      [alice, { theme: 'dark' }],
      [bob, { theme: 'blue' }],
      [alice, { theme: 'light' }],
    ]);
    expect(await outputOf(...at('auditor-secret', 'history', '--type', theme, '--backwards', '--limit', '1'))).toContain(`revision 2  ${alice}  ${theme}`);
    const page = await runCommandLine(...at('auditor-secret', 'history', '--all-users', '--limit', '2', '--json'));
    expect(page.output.trimEnd().split('\n')).toHaveLength(2);
    const [, cursor = ''] = /--cursor (\S+)/.exec(page.errors) ?? [];
    expect(await jsonLinesOf(...at('auditor-secret', 'history', '--all-users', '--cursor', cursor))).toHaveLength(2);
    expect(await jsonLinesOf(...at('auditor-secret', 'history', '--all-users', '--until', '2020-01-01'))).toEqual([]);
    expect(await runCommandLine(...at(tokens.alice, 'history', '--all-users'))).toMatchObject({ code: 1, errors: expect.stringContaining('(forbidden)') as unknown });
  });

  it('is found by who made it, by request key and by correlation, of tags too, and goes on behind a limit', async () => {
    const subjects = (lines: ReadonlyArray<Readonly<Record<string, unknown>>>) => lines.map(({ user_id: user, type, tag }) => [user, type ?? tag]);
    const all = [[alice, theme], [alice, 'u.work'], [bob, theme], [alice, 'org.example.pin'], [alice, theme], [alice, 'u.work']];
    const [{ actor, correlation_id: correlation } = {}] = await jsonLinesOf(...at(tokens.service, 'history', alice, '--tags'));
    const by = ['history', '--actor', (actor as { readonly id: string }).id];
    expect(subjects(await jsonLinesOf(...at('auditor-secret', ...by)))).toEqual(all);
    const first = await runCommandLine(...at('auditor-secret', ...by, '--limit', '2', '--json'));
    expect(first.output.trimEnd().split('\n')).toHaveLength(2);
    const [, cursor = ''] = /^\d+ % of the log was read: go on with --cursor (\S+)\n$/.exec(first.errors) ?? [];
    expect(subjects(await jsonLinesOf(...at('auditor-secret', ...by, '--cursor', cursor)))).toEqual(all.slice(2));
    expect(subjects(await jsonLinesOf(...at('auditor-secret', 'history', '--correlation', String(correlation))))).toEqual([[alice, 'u.work']]);
    expect(subjects(await jsonLinesOf(...at('auditor-secret', 'history', '--request', 'asked once')))).toEqual([[alice, theme]]);
    expect(await outputOf(...at('auditor-secret', 'history', '--actor', 'nobody'))).toBe('');
    expect(await runCommandLine(...at('auditor-secret', 'history', bob, '--request', 'asked once'))).toMatchObject({ code: 2 });
  });

  it('is shown as of a position, with the tags of that time', async () => {
    const [first] = await jsonLinesOf(...at(tokens.service, 'history', alice, '--tags'));
    const position = String(first?.['position']);
    expect(await outputOf(...at(tokens.service, 'as-of', alice, '--position', position))).toBe(
      `${theme}  revision 0  {"theme":"dark"}\ntag u.work in room ${room}  {"order":0.5}\n`,
    );
    expect(await outputOf(...at(tokens.service, 'as-of', alice, '--revision', '1'))).toContain('tag u.work');
  });

  it('goes on after the id of a feed’s line', async () => {
    const all = await jsonLinesOf(...at(tokens.service, 'feed', '--no-follow'));
    expect(all).toHaveLength(4);
    const rest = await jsonLinesOf(...at(tokens.service, 'feed', '--no-follow', '--after', String(all[1]?.['id'])));
    expect(rest).toEqual(all.slice(2));
  });
});
