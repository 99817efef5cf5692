import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  announcement,
  announcementsOnceThere,
  type DataFolder,
  deliveryReport,
  exampleConfig,
  loadGenerator,
  loadType,
  loggedChanges,
  type LogKind,
  makeDataFolder,
  type SentChange,
  type ServerProcess,
  startServer,
  tokens,
  waitUntil,
} from '../../src/index.js';

const changesBeforeKill = 40;
const users = Array.from({ length: 12 }, (_, index) => `@user${index}:example.org`);

/** `rounds`: how often the server is killed. */
export const killNine = (kind: LogKind, rounds: number): void => {
  describe(`kill -9 under load, again and again, on ${kind.name}`, () => {
    let folder: DataFolder;
    let server: ServerProcess | undefined;

    beforeAll(async () => {
      folder = await makeDataFolder(kind.make());
      await folder.configure(exampleConfig);
    });

    afterAll(async () => {
      await server?.killAtOnce();
      await folder.remove();
    });

    it('keeps every acknowledged change in order, and announces each change of the log exactly once', async () => {
      const load = loadGenerator(users, tokens.service);
      const servers: Array<ServerProcess> = [];
      for (let round = 1; round <= rounds; round += 1) {
        server = await startServer(folder);
        servers.push(server);
        const running = load.run(server.url);
        // A different moment each time: sometimes in the first writes after the start, sometimes well into the load.
        const goal = load.acknowledged.length + 1 + ((round * 7) % changesBeforeKill);
        await waitUntil(`${goal} acknowledged changes`, () => (load.acknowledged.length >= goal ? true : undefined));
        await server.killAtOnce();
        await running;
      }
      server = await startServer(folder);
      servers.push(server);

      const logged: Array<SentChange> = [];
      for (const userId of users) {
        const changes = await loggedChanges(folder, userId);
        logged.push(...changes);
        const serials = changes.map(({ serial }) => serial);
        // In the order in which they were sent, each once.
        expect(serials).toEqual([...new Set(serials)].sort((a, b) => a - b));
        const acknowledged = load.acknowledged.filter((change) => change.userId === userId).map(({ serial }) => serial);
        expect(acknowledged.filter((serial) => !serials.includes(serial))).toEqual([]);
      }
      expect(load.acknowledged.length).toBeGreaterThan(rounds);

      const wanted = logged.map(({ userId, serial }) => announcement(userId, loadType, { serial }));
      const texts = await announcementsOnceThere(folder, wanted.length, async (found) => {
        const missing = wanted.filter((text) => !found.includes(text));
        return `Missing are ${missing.length}, the first: ${missing.slice(0, 3).join(', ')}\n${await deliveryReport(servers)}`;
      });
      expect([...texts].sort()).toEqual([...wanted].sort());
      for (const userId of users) {
        const own = (list: ReadonlyArray<string>): ReadonlyArray<string> => list.filter((text) => text.startsWith(`${userId} `));
        expect(own(texts)).toEqual(own(wanted));
      }
      await server.stop();
    }, 300_000);
  });
};
