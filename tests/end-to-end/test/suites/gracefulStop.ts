import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  auditRoom,
  type DataFolder,
  exampleConfig,
  jsonLinesOf,
  loadGenerator,
  type LogKind,
  makeDataFolder,
  readChangePositions,
  readCheckpoints,
  startServer,
  tokens,
  waitUntil,
} from '../../src/index.js';

const users = Array.from({ length: 8 }, (_, index) => `@user${index}:example.org`);

export const gracefulStop = (kind: LogKind): void => {
  describe(`a stop that is asked for, on ${kind.name}`, () => {
    let folder: DataFolder;

    beforeEach(async () => {
      folder = await makeDataFolder(kind.make());
      await folder.configure(exampleConfig);
    });

    afterEach(() => folder.remove());

    it.each(['SIGTERM', 'SIGINT'] as const)('%s under load: changes in flight are finished, and progress is written', async (signal) => {
      const load = loadGenerator(users, tokens.service);
      const server = await startServer(folder);
      const running = load.run(server.url);
      await waitUntil('some changes', () => (load.acknowledged.length >= 100 ? true : undefined));
      server.program.kill(signal);
      // A terminal's Ctrl-C reaches the program twice under npm: from the terminal, and passed on by npm.
      server.program.kill(signal);
      expect(await server.program.ended).toEqual({ code: 0, signal: null });
      await running;

      // What was delivered is told by the room; what will be delivered again, by the checkpoint: nothing is both.
      const told = await jsonLinesOf(['room', 'tail', auditRoom, '--no-follow'], { cwd: folder.path });
      const delivered = new Set(told.map(({ source_event_id: id }) => String(id)));
      const checkpoint = BigInt((await readCheckpoints(folder))?.['audit-room'] ?? 0);
      const behind = [...(await readChangePositions(folder))].filter(([, position]) => BigInt(position) <= checkpoint);
      expect(delivered.size).toBeGreaterThan(0);
      expect(new Set(behind.map(([id]) => id))).toEqual(delivered);

      const histories = await Promise.all(users.map((userId) => jsonLinesOf(['history', userId], { cwd: folder.path })));
      const count = histories.flat().length;
      const serials = histories.map((history) => history.map(({ content }) => (content as { readonly serial: number }).serial));
      users.forEach((userId, index) => {
        const acknowledged = load.acknowledged.filter((change) => change.userId === userId).map(({ serial }) => serial);
        expect(serials[index]?.slice(0, acknowledged.length)).toEqual(acknowledged);
      });

      const again = await startServer(folder);
      await waitUntil('all announcements', async () => {
        const events = await jsonLinesOf(['room', 'tail', auditRoom, '--no-follow'], { cwd: folder.path });
        expect(events.length).toBeLessThanOrEqual(count);
        return events.length === count ? true : undefined;
      });
      await again.stop();
    });
  });
};
