import { Agent, request } from 'node:http';
import type { Answer } from './MatrixClient.js';

/** A client whose requests all go over one connection: to one of the processes of a server. */
export interface PinnedClient {
  readonly send: (method: string, path: string, body?: string) => Promise<Answer & { readonly answeredBy: string }>;
  readonly close: () => void;
}

/** @category constructors */
export const pinnedClient = (url: string, token: string): PinnedClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const outgoing = request(`${url}${path}`, { agent, method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) } }, (incoming) => {
          let text = '';
          incoming.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          incoming.on('error', reject).on('end', () => {
            const answeredBy = String(incoming.headers['x-request-id']).split('-')[0] ?? '';
            const isJson = incoming.headers['content-type']?.includes('json') === true;
            resolve({ status: incoming.statusCode ?? 0, body: isJson && text !== '' ? (JSON.parse(text) as unknown) : text, answeredBy });
          });
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => {
      agent.destroy();
    },
  };
};

/**
 * Which of a server's processes a client leads to; undefined where that can't be told yet. `path` is of account data that the client's
 * token may read: every process answers that itself, and the owner alone whether it is ready. A request's id tells who answered.
 */
export const processBehind = async (client: PinnedClient, path: string): Promise<'owner' | 'other' | undefined> => {
  const owners = await client.send('GET', '/readyz').catch(() => undefined);
  const own = await client.send('GET', path).catch(() => undefined);
  if (owners?.status !== 200 || own === undefined || ![200, 404, 429].includes(own.status)) return undefined;
  return owners.answeredBy === own.answeredBy ? 'owner' : 'other';
};
