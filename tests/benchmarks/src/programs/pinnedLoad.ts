import type { Clock } from '@account-data/runtime';
import { type PinnedClient, pinnedClient, processBehind, waitUntil } from '@account-data/tests-end-to-end';
import type { PinnedWork, RunningProgram } from '../Program.js';
import { adminToken, contentOf, typeOf, userAt } from '../workload.js';

const pathOf = (index: number): string => `/_matrix/client/v3/user/${encodeURIComponent(userAt(index))}/account_data/${typeOf(index, 1)}`;

/**
 * PUTs over connections that all lead to one process of a server. The server hands connections out in turn, so that as many are opened
 * as it takes; one that ends meanwhile, or leads elsewhere, is an error.
 */
export const pinnedLoad = async (url: string, { at, connections, usersPerConnection }: PinnedWork, clock: Clock): Promise<RunningProgram> => {
  const clients: Array<PinnedClient> = [];
  await waitUntil(`${String(connections)} connections to the process`, async () => {
    const client = pinnedClient(url, adminToken);
    if ((await processBehind(client, pathOf(0))) === at) clients.push(client);
    else client.close();
    return clients.length === connections ? true : undefined;
  });
  const [first] = clients;
  const answering = (await first?.send('GET', pathOf(0)))?.answeredBy;

  const ask = async (client: PinnedClient, from: number, isOver: () => boolean): Promise<number> => {
    let asked = 0;
    while (!isOver()) {
      const index = from + (asked % usersPerConnection);
      const { status, answeredBy } = await client.send('PUT', pathOf(index), JSON.stringify(contentOf(asked)));
      if (status !== 200 || answeredBy !== answering) throw new Error(`A PUT was answered ${String(status)} by the process ${answeredBy}.`);
      asked += 1;
    }
    return asked;
  };

  return {
    round: async (seconds) => {
      const began = clock.monotonic();
      const until = began + seconds * 1_000;
      const counts = await Promise.all(clients.map((client, nth) => ask(client, nth * usersPerConnection, () => clock.monotonic() >= until)));
      const operations = counts.reduce((sum, count) => sum + count, 0);
      return { operations, value: operations / ((clock.monotonic() - began) / 1_000) };
    },
    close: () => {
      for (const client of clients) client.close();
      return Promise.resolve();
    },
  };
};
