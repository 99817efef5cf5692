import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  announcement,
  auditRoom,
  bob,
  commandProgram,
  type CommandResult,
  type DataFolder,
  endOf,
  exampleConfig,
  jsonLinesOf,
  type LogKind,
  makeDataFolder,
  outputOf,
  runCommandLine,
  type ServerProcess,
  startProgram,
  startServer,
  tokens,
  waitUntil,
} from '../../src/index.js';

const theme = 'org.example.theme';
const room = '!room:example.org';

export const commandOverHttp = (kind: LogKind): void => {
  describe(`the command on a running server, on ${kind.name}`, () => {
    let folder: DataFolder;
    let elsewhere: DataFolder;
    let server: ServerProcess;

    beforeAll(async () => {
      folder = await makeDataFolder(kind.make());
      elsewhere = await makeDataFolder();
      await folder.configure(exampleConfig);
      server = await startServer(folder);
    });

    afterAll(async () => {
      await server.killAtOnce();
      await folder.remove();
      await elsewhere.remove();
    });

    const as = (token: string, ...args: ReadonlyArray<string>) =>
      [[...args, '--url', server.url], { cwd: elsewhere.path, env: { ACCOUNT_DATA_TOKEN: token } }] as const;

    const refused = (token: string, ...args: ReadonlyArray<string>): Promise<CommandResult> =>
      runCommandLine(...as(token, ...args));

    it('does what it does on the folder', async () => {
      const set = await jsonLinesOf(
        ...as(tokens.alice, 'put', alice, theme, '{"theme":"dark"}', '--if-revision', 'absent', '--reason', 'new', '--request-key', 'k1'),
      );
      expect(set).toEqual([{ revision: '0', position: expect.any(String) as unknown, repeated: false }]);
      expect(await outputOf(...as(tokens.alice, 'put', alice, theme, '{"theme":"dark"}', '--if-revision', 'absent', '--reason', 'new', '--request-key', 'k1'))).toBe(
        `Set ${theme} of ${alice} at revision 0 (already, by an earlier request with this key).\n`,
      );
      await outputOf(...as(tokens.service, 'put', alice, '..', '{"odd":true}', '--room', room));
      expect(await jsonLinesOf(...as(tokens.alice, 'get', alice, '..', '--room', room))).toEqual([
        { user_id: alice, room_id: room, type: '..', content: { odd: true }, revision: '1' },
      ]);
      await outputOf(...as(tokens.alice, 'tag', 'set', alice, room, 'u.work', '{"order":0.25}'));
      expect(await outputOf(...as(tokens.alice, 'tag', 'list', alice, room))).toBe('u.work  {"order":0.25}\n');
      await outputOf(...as(tokens.alice, 'tag', 'remove', alice, room, 'u.work'));
      expect(await outputOf(...as(tokens.alice, 'tag', 'list', alice, room))).toBe('');
      await outputOf(...as(tokens.alice, 'delete', alice, theme));
      expect(await refused(tokens.alice, 'get', alice, theme)).toMatchObject({
        code: 1,
        errors: expect.stringContaining('(not_found)') as unknown,
      });
    });

    it('tells the same history as the folder, with the position in the log', async () => {
      const remote = await jsonLinesOf(...as(tokens.alice, 'history', alice));
      const local = await jsonLinesOf(['history', alice], { cwd: folder.path });
      expect(remote.map(({ position: _, ...change }) => change)).toEqual(local);
      expect(remote.map(({ position }) => typeof position)).toEqual(['string', 'string', 'string']);
      expect(remote[1]).toMatchObject({ actor: { kind: 'service', id: 'billing' }, room_id: room, type: '..' });
      expect((await jsonLinesOf(...as(tokens.alice, 'history', alice, '--limit', '1', '--backwards')))[0]).toEqual(remote[2]);
    });

    it('shows what modules sent into a room, as the folder does, and follows it', async () => {
      const tail = ['room', 'tail', auditRoom];
      const announced = await waitUntil('the announcements', async () => {
        const events = await jsonLinesOf(...as(tokens.admin, ...tail, '--no-follow'));
        return events.length >= 3 ? events : undefined;
      });
      expect(announced).toEqual(await jsonLinesOf([...tail, '--no-follow'], { cwd: folder.path }));

      const [args, options] = as(tokens.admin, ...tail);
      const following = startProgram(commandProgram, args, options);
      await waitUntil('what is there already', () => (following.output().split('\n').length > announced.length ? true : undefined));
      await outputOf(...as(tokens.alice, 'put', alice, 'org.example.followed', '{"new":true}'));
      await waitUntil('what came then', () => (following.output().includes(announcement(alice, 'org.example.followed', { new: true })) ? true : undefined));
      following.kill('SIGINT');
      expect(await endOf(following)).toEqual({ code: 0, signal: null });

      expect(await refused(tokens.alice, ...tail)).toMatchObject({ code: 1, errors: expect.stringContaining('(forbidden)') as unknown });
    });

    it('is refused what the token may not do, with what to do about it', async () => {
      expect(await refused(tokens.alice, 'put', bob, theme, '{}')).toMatchObject({
        code: 1,
        errors: expect.stringContaining('(forbidden)') as unknown,
      });
      expect(await refused('no-such-token', 'get', alice, theme)).toMatchObject({
        code: 1,
        errors: expect.stringContaining('ACCOUNT_DATA_TOKEN') as unknown,
      });
      expect(await refused('', 'get', alice, theme)).toMatchObject({
        code: 1,
        errors: expect.stringContaining('(token_missing)') as unknown,
      });
      expect(await refused(tokens.alice, 'put', alice, theme, '{"a":1}', '--if-revision', '9')).toMatchObject({
        code: 1,
        errors: expect.stringContaining('(revision_mismatch)') as unknown,
      });
      expect(
        await runCommandLine(['get', alice, theme, '--url', 'http://127.0.0.1:1', '--token', 'x'], { cwd: elsewhere.path }),
      ).toMatchObject({ code: 1, errors: expect.stringContaining('(server_unreachable)') as unknown });
      expect(
        await runCommandLine(['get', alice, theme, '--url', server.url, '--dir', folder.data], { cwd: elsewhere.path }),
      ).toMatchObject({ code: 2 });
    });
  });
};
