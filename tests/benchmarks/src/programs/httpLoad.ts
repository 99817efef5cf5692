import autocannon from 'autocannon';
import type { LoadWork, RunningProgram } from '../Program.js';
import { contentOf, tokenAt, typeOf, userAt } from '../workload.js';

/**
 * The load generator, autocannon: keep-alive connections, one request at a time on each, requests prepared before the
 * round. Both sides get the same requests, token included. A round in which any answer was not 2xx is an error.
 */
export const httpLoad = async (url: string, work: LoadWork): Promise<RunningProgram> => {
  const pathOf = (user: string, type: string): string =>
    work.awaited === undefined
      ? `/_matrix/client/v3/user/${encodeURIComponent(user)}/account_data/${type}`
      : `/v1/users/${encodeURIComponent(user)}/account_data/${type}?await=${work.awaited}`;
  const requestOf = (method: LoadWork['method'], index: number): autocannon.Request => ({
    method,
    path: pathOf(work.askers?.[index]?.userId ?? userAt(index), typeOf(index, 1)),
    headers: {
      authorization: `Bearer ${work.askers?.[index]?.token ?? tokenAt(index)}`,
      ...(method === 'PUT' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'PUT' ? { body: JSON.stringify(contentOf(index)) } : {}),
  });

  const run = async (method: LoadWork['method'], extent: { duration: number } | { amount: number }) => {
    let connection = 0;
    const result = await autocannon({
      url,
      connections: work.connections,
      ...extent,
      setupClient: (client) => {
        const first = connection++ * work.usersPerConnection;
        client.setRequests(
          Array.from({ length: work.usersPerConnection }, (_, index) => requestOf(method, first + index)),
        );
      },
    });
    if (result.non2xx + result.errors + result.timeouts + result.mismatches > 0 || result['2xx'] === 0) {
      throw new Error(
        `${method} at ${url}: ${result['2xx']} answers were 2xx, ${result.non2xx} were not, ` +
          `${result.errors} connections failed, ${result.timeouts} requests timed out.`,
      );
    }
    return result;
  };

  // What is read must be there first.
  if (work.method === 'GET') await run('PUT', { amount: work.connections * work.usersPerConnection });

  return {
    round: async (seconds) => {
      const result = await run(work.method, { duration: seconds });
      return { operations: result['2xx'], value: result['2xx'] / result.duration };
    },
    close: () => Promise.resolve(),
  };
};
