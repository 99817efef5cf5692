import { type IncomingMessage, request } from 'node:http';
import { answerOnce } from '../answerOnce.js';
import { adminToken, tokenAt, userAt } from '../workload.js';

/** A process of its own: what goes on at a server beside its requests, until the time is over. */

/** What may go on. @category model */
export type Beside = 'rebuild' | 'export' | 'feeds';

/** What it is asked. @category model */
export interface BesideRequest {
  readonly url: string;
  readonly kinds: ReadonlyArray<Beside>;
  /** How many readers of the feed there are, each of one user's changes. */
  readonly readers: number;
  readonly seconds: number;
}

/** How often each was done: rebuilds and exports that came to an end, parts that readers of the feed got. @category model */
export type BesideResult = { readonly [kind in Beside]?: number };

const open = (url: string, path: string, token: string, method = 'GET'): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const asked = request(url + path, { agent: false, method, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.on('error', () => undefined);
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`${method} ${path} was answered ${String(answer.statusCode)}.`));
    });
    asked.on('error', reject);
    asked.end();
  });

/** Again and again until the time is over; how often it came to an end. */
const again = async (until: number, url: string, path: string, method?: string): Promise<number> => {
  let done = 0;
  while (performance.now() < until) {
    const answer = await open(url, path, adminToken, method);
    for await (const _part of answer) if (performance.now() >= until && method === undefined) break;
    done += 1;
  }
  return done;
};

const readFeeds = async (until: number, url: string, readers: number): Promise<number> => {
  let parts = 0;
  const answers = await Promise.all(
    Array.from({ length: readers }, (_none, index) => open(url, `/v1/feed?after=now&user_id=${encodeURIComponent(userAt(index))}`, tokenAt(index))),
  );
  for (const answer of answers) answer.on('data', () => (parts += 1));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, until - performance.now())));
  for (const answer of answers) answer.destroy();
  return parts;
};

const kinds: { readonly [kind in Beside]: (until: number, asked: BesideRequest) => Promise<number> } = {
  rebuild: (until, { url }) => again(until, url, '/v1/projection/rebuild', 'POST'),
  export: (until, { url }) => again(until, url, '/v1/export'),
  feeds: (until, { url, readers }) => readFeeds(until, url, readers),
};

answerOnce(async (asked) => {
  const beside = asked as BesideRequest;
  const until = performance.now() + beside.seconds * 1_000;
  return Object.fromEntries(await Promise.all(beside.kinds.map(async (kind) => [kind, await kinds[kind](until, beside)] as const))) satisfies BesideResult;
});
