import { Agent, get } from 'node:http';
import type { Clock } from '@account-data/runtime';
import { latenciesOf } from '../tails/latencies.js';
import type { RunningProgram } from '../Program.js';
import { adminToken, userAt } from '../workload.js';

/** How many of the users that are found the page asks for. */
const limit = 20;
/** The longer a prefix, the fewer it finds: all users, a thousandth of a million, a ten-thousandth, and one. */
const lengths = ['@user', '@user000', '@user0000', '@user000000'].map(({ length }) => length);

/**
 * The search for a user by what their ID begins with, as the audit page asks for it: over HTTP, one connection, one request
 * after the other. The value is the 99th percentile of the round, in milliseconds, from the request to the last byte.
 */
export const userSearch = (url: string, users: number, clock: Clock): RunningProgram => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (prefix: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = get(`${url}/v1/users?prefix=${encodeURIComponent(prefix)}&limit=${String(limit)}`, { agent, headers: { authorization: `Bearer ${adminToken}` } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('error', reject).on('end', () => {
          if (answer.statusCode === 200) resolve(text);
          else reject(new Error(`The search was answered ${String(answer.statusCode)}: ${text}`));
        });
      });
      asked.on('error', reject);
    });
  let n = 0;
  /** From all over the users: no two searches that follow each other find neighbours. */
  const next = (): string => {
    n += 1;
    return userAt((n * 7_919) % users).slice(0, lengths[n % lengths.length]);
  };
  return {
    round: async (seconds) => {
      const durations: Array<number> = [];
      const begun = clock.monotonic();
      const until = begun + seconds * 1_000;
      while (clock.monotonic() < until) {
        const prefix = next();
        const asked = clock.monotonic();
        const text = await ask(prefix);
        durations.push(clock.monotonic() - asked);
        const found = (JSON.parse(text) as { readonly users: ReadonlyArray<string> }).users;
        if (found.length === 0 || !found.every((user) => user.startsWith(prefix))) throw new Error(`The search for ${prefix} found ${String(found.length)} users, or others.`);
      }
      const { p50, p99, most } = latenciesOf(durations, (clock.monotonic() - begun) / 1_000);
      return { value: p99, operations: durations.length, note: `p50 ${p50.toFixed(2)} ms, the slowest ${most.toFixed(2)} ms` };
    },
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
};
