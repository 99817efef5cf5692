import { systemRuntime } from '@account-data/runtime';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event as the double keeps it. */
export interface KeptEvent {
  readonly event_id: string;
  readonly room_id: string;
  readonly type: string;
  readonly sender: string;
  /** `{}` after it was redacted. */
  readonly content: unknown;
  /** Of each redaction: usually one. */
  readonly redactedBy: ReadonlyArray<string>;
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
  /** The user is in the room no longer. */
  readonly leave: (room: string, user: string) => void;
  /** As Synapse does with transactions after a day. */
  readonly forgetTransactions: () => void;
  /** Called for each request before it is answered. */
  readonly onRequest: (listener: (request: SeenRequest) => void) => void;
  readonly misbehave: (...misbehaviours: ReadonlyArray<Misbehaviour>) => void;
  readonly close: () => Promise<void>;
}

const users: Readonly<Record<string, string>> = { 'user-token': '@auditor:example.org', 'service-token': '@bridge:example.org' };
const members = ['@auditor:example.org', '@bridge:example.org', '@announcer:example.org'];

/**
 * A homeserver as far as sending and redacting events goes: tokens, application services and their namespace,
 * membership, and transaction ids as the specification says: one event for each (device, endpoint, transaction), where
 * the device is the token's and the masqueraded user's. Redacting strips the content, also of what was redacted before;
 * who is no moderator may redact their own events only.
 *
 * Source: https://spec.matrix.org/v1.14/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid
 */
export const startHomeserver = async (): Promise<HomeserverDouble> => {
  const rooms = new Map([['!audit:example.org', new Set(members)]]);
  const listeners: Array<(request: SeenRequest) => void> = [];
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
    const match = /^\/_matrix\/client\/v3\/rooms\/([^/]+)\/(send|redact)\/([^/]+)\/([^/]+)$/.exec(url.pathname);
    if (match === null || method !== 'PUT') return { status: 404, body: { errcode: 'M_UNRECOGNIZED' } };
    const owner = token === undefined ? undefined : users[token];
    if (owner === undefined) return { status: 401, body: { errcode: 'M_UNKNOWN_TOKEN', error: 'no' } };
    const asked = url.searchParams.get('user_id');
    const isService = token === 'service-token';
    if (asked !== null && !isService) return { status: 403, body: { errcode: 'M_FORBIDDEN' } };
    if (asked !== null && !asked.endsWith(':example.org')) return { status: 403, body: { errcode: 'M_EXCLUSIVE' } };
    const sender = asked ?? owner;
    const [room = '', endpoint = '', subject = '', transaction = ''] = match.slice(1).map(decodeURIComponent);
    if (rooms.get(room)?.has(sender) !== true) return { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'not in the room' } };
    const key = JSON.stringify([token, sender, room, endpoint, subject, transaction]);
    const known = transactions.get(key);
    if (known !== undefined) return { status: 200, body: { event_id: known } };
    if (endpoint === 'redact') {
      const redacted = events.findIndex(({ room_id, event_id }) => room_id === room && event_id === subject);
      const event = events[redacted];
      if (event === undefined) return { status: 404, body: { errcode: 'M_NOT_FOUND' } };
      if (event.sender !== sender) return { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'not the sender' } };
      const event_id = `$redaction${String(redacted)}.${String(event.redactedBy.length)}`;
      transactions.set(key, event_id);
      events[redacted] = { ...event, content: {}, redactedBy: [...event.redactedBy, event_id] };
      return { status: 200, body: { event_id } };
    }
    const event_id = `$event${String(events.length)}`;
    transactions.set(key, event_id);
    events.push({ event_id, room_id: room, type: subject, sender, content, redactedBy: [] });
    return { status: 200, body: { event_id } };
  };

  const server: Server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://double');
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
      const seen: SeenRequest = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        token,
        contentType: request.headers['content-type'],
        at: systemRuntime.clock.monotonic(),
      };
      requests.push(seen);
      for (const listener of listeners) listener(seen);
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
    leave: (room, user) => {
      rooms.get(room)?.delete(user);
    },
    forgetTransactions: () => {
      transactions.clear();
    },
    onRequest: (listener) => {
      listeners.push(listener);
    },
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
