import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event as the double keeps it. */
export interface KeptEvent {
  readonly event_id: string;
  readonly room_id: string;
  readonly type: string;
  readonly sender: string;
  readonly content: unknown;
}

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
  readonly contentType: string | undefined;
  readonly at: number;
}

/** What the double does instead of answering as it should: once for each, in order. */
export type Misbehaviour =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** It does what was asked, and the answer is lost. */
  | 'answer-lost'
  | 'hang-up';

export interface HomeserverDouble {
  readonly url: string;
  readonly events: ReadonlyArray<KeptEvent>;
  readonly requests: ReadonlyArray<SeenRequest>;
  readonly misbehave: (...misbehaviours: ReadonlyArray<Misbehaviour>) => void;
  readonly close: () => Promise<void>;
}

const users: Readonly<Record<string, string>> = { 'user-token': '@auditor:example.org', 'service-token': '@bridge:example.org' };
const rooms: Readonly<Record<string, ReadonlyArray<string>>> = {
  '!audit:example.org': ['@auditor:example.org', '@bridge:example.org', '@announcer:example.org'],
};

/**
 * A homeserver as far as sending events goes: tokens, application services and their namespace, membership, and
 * transaction ids as the specification says: one event for each (device, room, type, transaction), where the device is
 * the token's and the masqueraded user's.
 */
export const startHomeserver = async (): Promise<HomeserverDouble> => {
  const events: Array<KeptEvent> = [];
  const requests: Array<SeenRequest> = [];
  const transactions = new Map<string, string>();
  const misbehaviours: Array<Misbehaviour> = [];

  const answer = (
    method: string,
    url: URL,
    token: string | undefined,
    content: unknown,
  ): { readonly status: number; readonly body: unknown } => {
    const match = /^\/_matrix\/client\/v3\/rooms\/([^/]+)\/send\/([^/]+)\/([^/]+)$/.exec(url.pathname);
    if (match === null || method !== 'PUT') return { status: 404, body: { errcode: 'M_UNRECOGNIZED' } };
    const owner = token === undefined ? undefined : users[token];
    if (owner === undefined) return { status: 401, body: { errcode: 'M_UNKNOWN_TOKEN', error: 'no' } };
    const asked = url.searchParams.get('user_id');
    const isService = token === 'service-token';
    if (asked !== null && !isService) return { status: 403, body: { errcode: 'M_FORBIDDEN' } };
    if (asked !== null && !asked.endsWith(':example.org')) return { status: 403, body: { errcode: 'M_EXCLUSIVE' } };
    const sender = asked ?? owner;
    const [room = '', type = '', transaction = ''] = match.slice(1).map(decodeURIComponent);
    if (rooms[room]?.includes(sender) !== true) return { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'not in the room' } };
    const key = JSON.stringify([token, sender, room, type, transaction]);
    const known = transactions.get(key);
    if (known !== undefined) return { status: 200, body: { event_id: known } };
    const event_id = `$event${String(events.length)}`;
    transactions.set(key, event_id);
    events.push({ event_id, room_id: room, type, sender, content });
    return { status: 200, body: { event_id } };
  };

  const server: Server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://double');
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
      requests.push({
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        token,
        contentType: request.headers['content-type'],
        at: performance.now(),
      });
      const misbehaviour = misbehaviours.shift();
      if (misbehaviour === 'hang-up') {
        request.socket.destroy();
        return;
      }
      if (typeof misbehaviour === 'object') {
        response.writeHead(misbehaviour.status, { 'content-type': 'application/json', ...misbehaviour.headers });
        response.end(typeof misbehaviour.body === 'string' ? misbehaviour.body : JSON.stringify(misbehaviour.body ?? {}));
        return;
      }
      const { status, body: answered } = answer(request.method ?? '', url, token, JSON.parse(body));
      if (misbehaviour === 'answer-lost') {
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answered));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    events,
    requests,
    misbehave: (...more) => {
      misbehaviours.push(...more);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};
