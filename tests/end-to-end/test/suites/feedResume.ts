import { createAccountDataClient, type FeedItem } from '@account-data/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, type DataFolder, exampleConfig, type LogKind, makeDataFolder, type ServerProcess, startServer, tokens } from '../../src/index.js';

const type = 'org.example.serial';

export const feedResume = (kind: LogKind): void => {
  describe(`the change feed, on ${kind.name}`, () => {
    let folder: DataFolder;
    let server: ServerProcess;

    const client = () => createAccountDataClient({ baseUrl: server.url, token: tokens.service });

    const change = async (first: number, last: number): Promise<void> => {
      for (let serial = first; serial <= last; serial += 1) await client().set(alice, null, type, { serial });
    };

    /** So many changes after a place. */
    const take = async (after: string, count: number): Promise<ReadonlyArray<FeedItem>> => {
      const taken: Array<FeedItem> = [];
      for await (const item of client().feed({ after, type })) {
        if (item._tag !== 'AccountDataUpdated') continue;
        taken.push(item);
        if (taken.length === count) break;
      }
      return taken;
    };

    const serials = (items: ReadonlyArray<FeedItem>): ReadonlyArray<unknown> =>
      items.map((item) => (item._tag === 'AccountDataUpdated' ? item.content['serial'] : item._tag));

    beforeAll(async () => {
      folder = await makeDataFolder(kind.make());
      await folder.configure(exampleConfig);
      server = await startServer(folder);
    });

    afterAll(async () => {
      await server.killAtOnce();
      await folder.remove();
    });

    it('gives what was and then what is, each once, and goes on after any of its ids, also after kill -9', async () => {
      await change(1, 5);
      const following = take('start', 8);
      await change(6, 8);
      const all = await following;
      expect(serials(all)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);

      await server.killAtOnce();
      server = await startServer(folder);
      const rest = take(all[3]?.id ?? '', 6);
      await change(9, 10);
      expect(serials(await rest)).toEqual([5, 6, 7, 8, 9, 10]);
      expect((await take('start', 10)).slice(0, 8)).toEqual(all);
    });
  });
};
