import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  announcement,
  announcementsOnceThere,
  auditor,
  auditRoom,
  type DataFolder,
  exampleConfig,
  jsonLinesOf,
  type LogKind,
  makeDataFolder,
  type MatrixClient,
  matrixClient,
  outputOf,
  readCheckpoints,
  type ServerProcess,
  startServer,
  tokens,
  waitUntil,
} from '../../src/index.js';

const theme = 'org.example.theme';
const pin = 'org.example.pin';
const room = '!room:example.org';

export const mainJob = (kind: LogKind): void => {
  describe(`the main job, from an empty folder, on ${kind.name}`, () => {
    let folder: DataFolder;
    let server: ServerProcess;
    let user: MatrixClient;

    beforeAll(async () => {
      folder = await makeDataFolder(kind.make());
      await folder.configure(exampleConfig);
      server = await startServer(folder);
      user = matrixClient(server.url, tokens.alice, alice);
    });

    afterAll(async () => {
      await server.killAtOnce();
      await folder.remove();
    });

    const roomEvents = (): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> =>
      jsonLinesOf(['room', 'tail', auditRoom, '--no-follow'], { cwd: folder.path });

    const settled = (count: number): Promise<ReadonlyArray<string>> => announcementsOnceThere(folder, count);

    /** As the server tells its operators, once it delivers: on a shared log it waits until the lease of its predecessor is over. */
    const modules = (): Promise<unknown> =>
      waitUntil('the server to deliver to modules', async () => {
        const { body } = await matrixClient(server.url, tokens.admin, alice).send('GET', '/v1/modules');
        const { state, modules: found } = body as { readonly state: string; readonly modules: unknown };
        return state === 'delivering' ? found : undefined;
      });

    const lastChange = async (): Promise<Readonly<Record<string, unknown>>> => {
      const [change] = await jsonLinesOf(['history', alice, '--backwards', '--limit', '1', '--url', server.url], {
        cwd: folder.path,
        env: { ACCOUNT_DATA_TOKEN: tokens.alice },
      });
      return change ?? {};
    };

    const expected: Array<string> = [];

    it('sets account data, reads it, and announces it to the letter', async () => {
      expect(await user.get(theme)).toMatchObject({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
      expect(await user.put(theme, { theme: 'dark' })).toEqual({ status: 200, body: {} });
      expect(await user.get(theme)).toEqual({ status: 200, body: { theme: 'dark' } });
      expected.push(announcement(alice, theme, { theme: 'dark' }));
      expect(await settled(1)).toEqual(expected);
      const [event] = await roomEvents();
      expect(event).toMatchObject({
        type: 'm.room.message',
        room_id: auditRoom,
        sender: auditor,
        content: { msgtype: 'm.text', body: expected[0] },
      });
    });

    it('announces a change of room account data with the room', async () => {
      expect(await user.put(pin, { pinned: true }, room)).toEqual({ status: 200, body: {} });
      expect(await user.get(pin, room)).toEqual({ status: 200, body: { pinned: true } });
      expect((await user.get(pin)).status).toBe(404);
      expected.push(announcement(alice, pin, { pinned: true }, room));
      expect(expected[1]).toBe(
        '@alice:example.org has changed their account data for type org.example.pin to: {"pinned": true} (in room !room:example.org)',
      );
      expect(await settled(2)).toEqual(expected);
    });

    it('announces a deletion with {}', async () => {
      expect((await user.delete(theme)).status).toBe(200);
      expect((await user.get(theme)).status).toBe(404);
      expected.push(announcement(alice, theme, {}));
      expect(await settled(3)).toEqual(expected);
    });

    it('announces a change of tags by nothing', async () => {
      expect((await user.setTag(room, 'm.favourite', { order: 0.5 })).status).toBe(200);
      expect(await user.tags(room)).toEqual({ status: 200, body: { tags: { 'm.favourite': { order: 0.5 } } } });
      // A later change is announced, and nothing stands before it: so the tag was not.
      expect((await user.put(theme, { theme: 'light' })).status).toBe(200);
      expected.push(announcement(alice, theme, { theme: 'light' }));
      expect(await settled(4)).toEqual(expected);
    });

    it('is after kill -9 what it was, and nothing stands twice in the audit room', async () => {
      const before = await jsonLinesOf(['history', alice], { cwd: folder.path });
      expect(before).toHaveLength(4);
      const head = BigInt((await lastChange())['position'] as string);
      const checkpoints = await waitUntil('the checkpoint of the last change', async () => {
        const found = await readCheckpoints(folder);
        return BigInt(found?.['audit-room'] ?? -1) >= head ? found : undefined;
      });
      await server.killAtOnce();
      expect(await readCheckpoints(folder)).toEqual(checkpoints);
      expect(await jsonLinesOf(['history', alice], { cwd: folder.path })).toEqual(before);
      server = await startServer(folder);
      user = matrixClient(server.url, tokens.alice, alice);
      expect(await user.get(theme)).toEqual({ status: 200, body: { theme: 'light' } });
      expect(await user.get(pin, room)).toEqual({ status: 200, body: { pinned: true } });
      expect(await user.tags(room)).toEqual({ status: 200, body: { tags: { 'm.favourite': { order: 0.5 } } } });
      expect(await jsonLinesOf(['history', alice], { cwd: folder.path })).toEqual(before);
      // The module goes on from its checkpoint: it hears of nothing that it has handled.
      expect(await modules()).toMatchObject([{ name: 'audit-room', deliveries: 0, lag_events: 0 }]);
      // What comes next is announced next: nothing was announced again before it.
      expect((await user.put(theme, { theme: 'dark' })).status).toBe(200);
      expected.push(announcement(alice, theme, { theme: 'dark' }));
      expect(await settled(5)).toEqual(expected);
    });

    it('tells who changed what from what to what', async () => {
      const history = await jsonLinesOf(['history', alice], { cwd: folder.path });
      const actor = { kind: 'user', id: alice };
      expect(history).toMatchObject([
        { revision: '0', room_id: null, type: theme, previous_content: null, content: { theme: 'dark' }, actor },
        { revision: '1', room_id: room, type: pin, previous_content: null, content: { pinned: true }, actor },
        { revision: '2', room_id: null, type: theme, previous_content: { theme: 'dark' }, content: {}, actor },
        { revision: '3', room_id: null, type: theme, content: { theme: 'light' }, actor },
        { revision: '4', room_id: null, type: theme, previous_content: { theme: 'light' }, content: { theme: 'dark' }, actor },
      ]);
      const text = await outputOf(['history', alice, '--type', theme], { cwd: folder.path });
      expect(text.replace(/^\S+Z/gm, 'TIME')).toBe(
        [
          'TIME  revision 0  org.example.theme',
          '    by:    user @alice:example.org',
          '    from:  nothing',
          '    to:    {"theme":"dark"}',
          'TIME  revision 2  org.example.theme',
          '    by:    user @alice:example.org',
          '    from:  {"theme":"dark"}',
          '    to:    nothing (deleted)',
          'TIME  revision 3  org.example.theme',
          '    by:    user @alice:example.org',
          '    from:  nothing',
          '    to:    {"theme":"light"}',
          'TIME  revision 4  org.example.theme',
          '    by:    user @alice:example.org',
          '    from:  {"theme":"light"}',
          '    to:    {"theme":"dark"}',
          '',
        ].join('\n'),
      );
      expect(await outputOf(['room', 'tail', auditRoom, '--no-follow'], { cwd: folder.path })).toBe(`${expected.join('\n')}\n`);
    });

    it('stops when it is asked to', async () => {
      expect(await server.stop()).toEqual({ code: 0, signal: null });
    });
  });
};
