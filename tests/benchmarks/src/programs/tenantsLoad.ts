import { type IncomingMessage, request } from 'node:http';
import type { Clock } from '@account-data/runtime';
import type { RunningProgram } from '../Program.js';
import { contentOf, tokenAt, typeOf, userAt } from '../workload.js';

/** The user who asks for much, and one who asks for little. */
const [heavy, light] = [0, 1] as const;

const changes = 300;
const contentBytes = 60_000;
/** How many of each kind of answer are asked for at once: half of them are read, half are not. */
const atOnce = 8;
/** Between two probes, in milliseconds. */
const pause = 5;

const accountData = (user: number, type: string): string =>
  `/_matrix/client/v3/user/${encodeURIComponent(userAt(user))}/account_data/${type}`;

const user = `/v1/users/${encodeURIComponent(userAt(heavy))}`;

/** What the one user asks for, of the largest data that there may be. */
const kinds: ReadonlyArray<string> = [
  `${user}/history?limit=1000`,
  `${user}/state`,
  `${user}/state?at_revision=100`,
  `${user}/diff?from_revision=50`,
  `/v1/export?user_id=${encodeURIComponent(userAt(heavy))}`,
  `/v1/feed?after=start&user_id=${encodeURIComponent(userAt(heavy))}`,
  '/_matrix/client/v3/sync',
  '/_matrix/client/v3/joined_rooms',
];

const hard = (from: number): object =>
  Object.fromEntries(Array.from({ length: 8 }, (_, key) => [`a${String(key)}`, Array.from({ length: 500 }, (__, index) => from + index)]));

/**
 * How long one user waits while another one asks for all there is, and reads half of it: the slowest of `/healthz` and of
 * a GET in a round, in milliseconds. Without `beside` the same user asks for nothing.
 */
export const tenantsLoad = async (url: string, beside: boolean, clock: Clock): Promise<RunningProgram> => {
  const headers = (index: number): Record<string, string> => ({ authorization: `Bearer ${tokenAt(index)}`, 'content-type': 'application/json' });
  const put = async (index: number, type: string, content: object): Promise<void> => {
    const answer = await fetch(url + accountData(index, type), { method: 'PUT', headers: headers(index), body: JSON.stringify(content) });
    if (!answer.ok) throw new Error(`PUT was answered ${String(answer.status)}: ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  for (let index = 0; index < changes; index += 1) await put(heavy, `org.example.t${String(index % 60)}`, { filling: 'x'.repeat(contentBytes), index });
  for (let index = 0; index < 16; index += 1) await put(heavy, `org.example.hard${String(index % 8)}`, hard(index * 600));
  await put(light, typeOf(light, 1), contentOf(light));

  const open = (path: string): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const asked = request(url + path, { agent: false, headers: headers(heavy) }, (answer) => {
        answer.on('error', () => undefined);
        resolve(answer);
      });
      asked.on('error', reject);
      asked.end();
    });

  /** Asks again and again until the round is over. A feed has no end: it is left after its first part. */
  const askOn = async (path: string, reads: boolean, isOver: () => boolean): Promise<void> => {
    while (!isOver()) {
      const answer = await open(path);
      if (reads) {
        for await (const _part of answer) if (isOver() || path.startsWith('/v1/feed')) break;
      } else await new Promise((resolve) => setTimeout(resolve, 100));
      answer.destroy();
    }
  };

  const probe = async (path: string): Promise<number> => {
    const start = clock.monotonic();
    const answer = await fetch(url + path, { headers: headers(light) });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path} was answered ${String(answer.status)}.`);
    return clock.monotonic() - start;
  };

  return {
    round: async (seconds) => {
      let over = false;
      const asking = beside
        ? kinds.flatMap((path) => Array.from({ length: atOnce }, (_, nth) => askOn(path, nth % 2 === 0, () => over)))
        : [];
      const until = clock.monotonic() + seconds * 1_000;
      let slowest = 0;
      let operations = 0;
      while (clock.monotonic() < until) {
        for (const path of ['/healthz', accountData(light, typeOf(light, 1))]) {
          slowest = Math.max(slowest, await probe(path));
          operations += 1;
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      over = true;
      await Promise.all(asking);
      return { value: slowest, operations };
    },
    close: () => Promise.resolve(),
  };
};
