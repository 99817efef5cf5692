import { createAccountDataClient } from '@account-data/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  announcement,
  announcementsOnceThere,
  type DataFolder,
  exampleConfig,
  loadGenerator,
  loadType,
  loggedChanges,
  type LogKind,
  makeDataFolder,
  type ServerProcess,
  startServer,
  tokens,
  waitUntil,
} from '../../src/index.js';

interface Instance {
  readonly folder: DataFolder;
  server: ServerProcess;
}

const usersOf = (name: string): ReadonlyArray<string> => Array.from({ length: 6 }, (_, index) => `@${name}${index}:example.org`);

/** Two servers on one log, each with a data folder of its own, as behind a load balancer. For kinds of log that are shared. */
export const severalServers = (kind: LogKind): void => {
  describe(`two servers on one log, on ${kind.name}`, () => {
    const instances: Array<Instance> = [];

    const clientOf = ({ server }: Instance, token: string = tokens.admin) => createAccountDataClient({ baseUrl: server.url, token });
    const instance = (index: number): Instance => instances[index] as Instance;
    const stateOf = async (one: Instance): Promise<string> => (await clientOf(one).modules.status()).state;
    const owner = (): Promise<Instance> =>
      waitUntil('one of the servers to deliver to modules', async () => {
        for (const one of instances) if (!one.server.program.hasEnded() && (await stateOf(one)) === 'delivering') return one;
        return undefined;
      });

    beforeAll(async () => {
      const log = kind.make();
      for (let index = 0; index < 2; index += 1) {
        const folder = await makeDataFolder(log);
        await folder.configure(exampleConfig);
        instances.push({ folder, server: await startServer(folder) });
      }
    });

    afterAll(async () => {
      for (const { server, folder } of instances) {
        await server.killAtOnce();
        await folder.remove();
      }
    });

    it('what one wrote the other shows to those who ask for that position', async () => {
      for (let n = 1; n <= 20; n += 1) {
        const [writer, reader] = [clientOf(instance(n % 2)), clientOf(instance((n + 1) % 2))];
        await writer.set(alice, null, 'org.example.n', { n });
        const read = await reader.get(alice, null, 'org.example.n', { atLeast: writer.position() ?? 'any' });
        expect(read).toMatchObject({ content: { n }, revision: String(n - 1) });
      }
      await announcementsOnceThere(instance(0).folder, 20);
    });

    it('one of them delivers to modules; killed under load, the other goes on, and each change is announced once', async () => {
      const first = await owner();
      const [second] = instances.filter((one) => one !== first) as [Instance];
      expect(await stateOf(second)).toBe('following');

      const loads = [first, second].map((one, index) => ({ one, users: usersOf(`at${index}`), load: loadGenerator(usersOf(`at${index}`), tokens.service) }));
      const running = loads.map(({ one, load }) => load.run(one.server.url));
      await waitUntil('changes through both', () => (loads.every(({ load }) => load.acknowledged.length >= 60) ? true : undefined));
      await first.server.killAtOnce();
      const before = loads[1]?.load.acknowledged.length ?? 0;
      await waitUntil('more changes through the other', () => ((loads[1]?.load.acknowledged.length ?? 0) > before + 60 ? true : undefined));
      expect(await owner()).toBe(second);
      loads[1]?.load.stop();
      await Promise.all(running);

      const wanted: Array<string> = [];
      for (const { users, load } of loads) {
        for (const userId of users) {
          const serials = (await loggedChanges(second.folder, userId)).map(({ serial }) => serial);
          expect(serials).toEqual([...new Set(serials)].sort((a, b) => a - b));
          const acknowledged = load.acknowledged.filter((change) => change.userId === userId).map(({ serial }) => serial);
          expect(acknowledged.filter((serial) => !serials.includes(serial))).toEqual([]);
          wanted.push(...serials.map((serial) => announcement(userId, loadType, { serial })));
        }
      }
      const said = (await announcementsOnceThere(second.folder, wanted.length + 20)).slice(20);
      expect([...said].sort()).toEqual([...wanted].sort());
      for (const userId of loads.flatMap(({ users }) => users)) {
        const own = (texts: ReadonlyArray<string>): ReadonlyArray<string> => texts.filter((text) => text.startsWith(`${userId} `));
        expect(own(said)).toEqual(own(wanted));
      }
    });

    it('started again, the first one catches up and follows', async () => {
      const [gone] = instances.filter(({ server }) => server.program.hasEnded()) as [Instance];
      gone.server = await startServer(gone.folder);
      const there = await owner();
      expect(there).not.toBe(gone);
      await waitUntil('the other to follow', async () => ((await stateOf(gone)) === 'following' ? true : undefined));
      const writer = clientOf(there);
      await writer.set(alice, null, 'org.example.n', { n: 'last' });
      expect(await clientOf(gone).get(alice, null, 'org.example.n', { atLeast: writer.position() ?? 'any' })).toMatchObject({ content: { n: 'last' } });
      for (const one of instances) expect(await clientOf(one).projection.verify()).toMatchObject({ equal: true });
    });
  });
};
