import autocannon from 'autocannon';
import { performance } from 'node:perf_hooks';
import { answerOnce } from '../answerOnce.js';
import { contentOf, tokenAt, typeOf, userAt } from '../workload.js';
import { type Latencies, latenciesOf } from './latencies.js';

/** A process of its own: each connection asks PUT and GET in turns, of users of its own. */

/** What it is asked. @category model */
export interface MixedLoadRequest {
  readonly url: string;
  readonly connections: number;
  readonly usersPerConnection: number;
  readonly seconds: number;
}

/** What it answers. @category model */
export interface MixedLoadResult {
  readonly put: Latencies;
  readonly get: Latencies;
}

const requestOf = (method: 'PUT' | 'GET', index: number): autocannon.Request => ({
  method,
  path: `/_matrix/client/v3/user/${encodeURIComponent(userAt(index))}/account_data/${typeOf(index, 1)}`,
  headers: { authorization: `Bearer ${tokenAt(index)}`, ...(method === 'PUT' ? { 'content-type': 'application/json' } : {}) },
  ...(method === 'PUT' ? { body: JSON.stringify(contentOf(index)) } : {}),
});

const load = async ({ url, connections, usersPerConnection, seconds }: MixedLoadRequest): Promise<MixedLoadResult> => {
  const put: Array<number> = [];
  const get: Array<number> = [];
  let connection = 0;
  const begun = performance.now();
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    setupClient: (client) => {
      const first = connection++ * usersPerConnection;
      client.setRequests(Array.from({ length: usersPerConnection }, (_none, index) => [requestOf('PUT', first + index), requestOf('GET', first + index)]).flat());
      let answers = 0;
      client.on('response', (_status, _bytes, duration) => {
        (answers++ % 2 === 0 ? put : get).push(duration);
      });
    },
  });
  if (result.non2xx + result.errors + result.timeouts > 0 || result['2xx'] === 0) {
    throw new Error(`${String(result['2xx'])} answers were 2xx, ${String(result.non2xx)} were not, ${String(result.errors)} connections failed, ${String(result.timeouts)} requests timed out.`);
  }
  const elapsed = (performance.now() - begun) / 1_000;
  return { put: latenciesOf(put, elapsed), get: latenciesOf(get, elapsed) };
};

answerOnce((request) => load(request as MixedLoadRequest));
