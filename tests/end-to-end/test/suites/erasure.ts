import { ClientError, createAccountDataClient } from '@account-data/client';
import type { UserId } from '@account-data/domain';
import { StreamName } from '@account-data/event-store';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  announcement,
  announcements,
  announcementsOnceThere,
  bob,
  type DataFolder,
  exampleConfig,
  type LogKind,
  makeDataFolder,
  outputOf,
  type ServerProcess,
  startServer,
  tokens,
} from '../../src/index.js';

const room = '!room:example.org';

export const erasure = (kind: LogKind): void => {
  describe(`an erased user, on ${kind.name}`, () => {
    let folder: DataFolder;
    let server: ServerProcess;

    const client = () => createAccountDataClient({ baseUrl: server.url, token: tokens.admin });

    beforeAll(async () => {
      folder = await makeDataFolder(kind.make());
      await folder.configure(exampleConfig);
      server = await startServer(folder);
      await client().set(alice, null, 'a', { of: 'alice' });
      await client().set(alice, room, 'b', { of: 'alice' });
      await client().setTag(alice, room, 'u.work', {});
      await client().set(bob, null, 'a', { of: 'bob' });
      await announcementsOnceThere(folder, 3);
      const options = { cwd: folder.path, env: { ACCOUNT_DATA_TOKEN: tokens.admin } };
      const told = await outputOf(['erase', alice, '--yes', '--reason', 'asked for it', '--url', server.url], options);
      expect(told).toContain(`${alice} is erased, for good.`);
    });

    afterAll(async () => {
      await server.killAtOnce();
      await folder.remove();
    });

    /** Nothing of the user anywhere, and everything of another one. */
    const expectGone = async (): Promise<void> => {
      expect(await client().get(alice, null, 'a')).toBeUndefined();
      expect(await client().get(alice, room, 'b')).toBeUndefined();
      expect((await client().get(bob, null, 'a'))?.content).toEqual({ of: 'bob' });
      expect(await announcements(folder)).toEqual([announcement(bob, 'a', { of: 'bob' })]);
      const exported: Array<string> = [];
      for await (const line of client().exportLog()) exported.push(line);
      expect(exported.join('\n')).not.toContain('"of":"alice"');
      expect(exported.join('\n')).toContain('"of":"bob"');
    };

    const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => 'not refused',
        (error: unknown) => (error instanceof ClientError ? error.code : error),
      );

    it('is nowhere to be read, and what modules said about them neither', expectGone);

    it('has streams that are tombstones', async () => {
      const store = await folder.log.open(folder.data);
      const userId = alice as UserId;
      for (const stream of [folder.log.names.accountData(userId), folder.log.names.tags(userId)]) {
        expect(await store.read(StreamName(stream), { direction: 'forwards', limit: 1 })()).toMatchObject({ right: { _tag: 'Tombstoned' } });
      }
      await store.close();
    });

    it('can not be written to again', async () => {
      expect(await refusalOf(client().set(alice, null, 'a', { of: 'alice' }))).toBe('user_erased');
      expect(await refusalOf(client().setTag(alice, room, 'u.work', {}))).toBe('user_erased');
    });

    it('does not come back by a rebuild, which equals a replay', async () => {
      await client().projection.rebuild();
      expect(await client().projection.verify()).toMatchObject({ equal: true });
      await expectGone();
    });

    it('does not come back where the projection was lost with the process', async () => {
      await server.killAtOnce();
      await rm(join(folder.data, 'projection'), { recursive: true });
      server = await startServer(folder);
      await expectGone();
      expect(await refusalOf(client().set(alice, null, 'a', {}))).toBe('user_erased');
      expect(await client().projection.verify()).toMatchObject({ equal: true });
    });

    it('does not come back by an import', async () => {
      const file = await exportOfAnother(kind);
      expect(await client().importLog(file)).toMatchObject({ imported: 0, erased: 1 });
      await expectGone();
    });
  });
};

/** The export of another log, in which the user has account data. */
const exportOfAnother = async (kind: LogKind): Promise<ReadonlyArray<string>> => {
  const folder = await makeDataFolder(kind.make());
  await folder.configure(exampleConfig);
  const server = await startServer(folder);
  const client = createAccountDataClient({ baseUrl: server.url, token: tokens.admin });
  await client.set(alice, null, 'a', { of: 'alice' });
  const lines: Array<string> = [];
  for await (const line of client.exportLog()) lines.push(line);
  await server.stop();
  await folder.remove();
  return lines;
};
