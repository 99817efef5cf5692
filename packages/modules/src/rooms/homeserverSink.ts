import type { Runtime } from '@account-data/runtime';
import type { SentRoomEvent } from '../api/DeliveryApi.js';
import { type CheckedRoomEvent, checkRoomEvent } from './checkRoomEvent.js';
import { type RoomEventRequest, type RoomEventSink, RoomSinkError } from './RoomEventSink.js';
import { roomEventId } from './roomStreamSink.js';

/** The part of `fetch` that is used. @category model */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
    readonly redirect: 'error';
  },
) => Promise<{
  readonly status: number;
  readonly headers: { readonly get: (name: string) => string | null };
  readonly text: () => Promise<string>;
}>;

/**
 * Who speaks to the homeserver. `access_token`: one account, which must be the sender of every event.
 * `application_service`: a registered application service, which may send as any user of its namespace.
 *
 * @category model
 */
export type HomeserverIdentity =
  | { readonly _tag: 'AccessToken'; readonly token: string }
  | { readonly _tag: 'ApplicationService'; readonly token: string };

/** @category model */
export interface HomeserverSinkOptions {
  /** As `https://matrix.example.org`. */
  readonly baseUrl: string;
  readonly identity: HomeserverIdentity;
  readonly fetch: Fetch;
  readonly runtime: Runtime;
  /** How often one event is tried before its delivery has failed. Default 6. */
  readonly attempts?: number;
  /** How long one request may take, in milliseconds. Default 10,000. */
  readonly requestTimeout?: number;
}

type Answer =
  | { readonly _tag: 'Sent'; readonly eventId: string }
  | { readonly _tag: 'Later'; readonly wait: number | undefined; readonly why: string }
  | { readonly _tag: 'Refused'; readonly why: string };

const longestWait = 60_000;

/**
 * Sends room events to a Matrix homeserver:
 * `PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}`, with a transaction id made of the change's event id,
 * so that the homeserver takes a redelivery for the same event. Waits as long as a 429 asks for (`retry_after_ms`, or
 * the header Retry-After), for all events; tries again after a 5xx and where there was no answer.
 *
 * Source: https://spec.matrix.org/v1.14/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid, and for
 * `user_id` https://spec.matrix.org/v1.14/application-service-api/#identity-assertion. Transaction ids belong to a
 * token's device: after a change of the token, a redelivery may be sent again.
 *
 * @category constructors
 */
export const homeserverSink = (options: HomeserverSinkOptions): RoomEventSink => {
  const { runtime, identity } = options;
  const attempts = options.attempts ?? 6;
  /** By the monotonic clock: the homeserver has asked to be left alone until then. */
  let quietUntil = 0;

  const wait = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        cancel();
        reject(unavailable('The delivery was given up while the homeserver was waited for.'));
      };
      const cancel = runtime.timers.setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      if (signal?.aborted === true) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    });

  const quiet = async ({ signal, onAskedToWait }: RoomEventRequest): Promise<void> => {
    for (let left = quietUntil - runtime.clock.monotonic(); left > 0; left = quietUntil - runtime.clock.monotonic()) {
      onAskedToWait?.(left);
      await wait(left, signal);
    }
  };

  const send = async (request: RoomEventRequest): Promise<SentRoomEvent> => {
    const { module, event, source, signal } = request;
    const checked = checkRoomEvent(event);
    const transaction = source === undefined ? runtime.random.uuid() : roomEventId(source, module);
    const url = urlOf(options.baseUrl, checked, transaction, identity);
    for (let attempt = 1; ; attempt += 1) {
      await quiet(request);
      const answer = await ask(url, checked, options, signal);
      switch (answer._tag) {
        case 'Sent':
          return { eventId: answer.eventId };
        case 'Refused':
          throw new RoomSinkError('homeserver_refused', `The homeserver refused the event: ${answer.why}.`);
        case 'Later': {
          if (attempt >= attempts) {
            throw unavailable(`The homeserver could not take the event, tried ${String(attempt)} times: ${answer.why}.`);
          }
          if (answer.wait !== undefined) quietUntil = Math.max(quietUntil, runtime.clock.monotonic() + answer.wait);
          else await wait(Math.min(500 * 2 ** (attempt - 1), 15_000) * (1 - runtime.random.number() / 2), signal);
        }
      }
    }
  };

  return { send };
};

const unavailable = (message: string): RoomSinkError => new RoomSinkError('homeserver_unavailable', message);

const urlOf = (baseUrl: string, event: CheckedRoomEvent, transaction: string, identity: HomeserverIdentity): string => {
  const [room, type] = [event.room_id, event.type].map(encodeURIComponent);
  const path = `${baseUrl.replace(/\/+$/, '')}/_matrix/client/v3/rooms/${room ?? ''}/send/${type ?? ''}/${transaction}`;
  return identity._tag === 'AccessToken' ? path : `${path}?user_id=${encodeURIComponent(event.sender)}`;
};

const ask = async (
  url: string,
  event: CheckedRoomEvent,
  { fetch, identity, runtime, requestTimeout = 10_000 }: HomeserverSinkOptions,
  signal: AbortSignal | undefined,
): Promise<Answer> => {
  if (signal?.aborted === true) return { _tag: 'Later', wait: undefined, why: 'the delivery was given up' };
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const cancel = runtime.timers.setTimeout(abort, requestTimeout);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const response = await fetch(url, {
      method: 'PUT',
      headers: { authorization: `Bearer ${identity.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(event.content),
      signal: controller.signal,
      redirect: 'error',
    });
    const body = parsed(await response.text());
    return answerOf(response.status, body, response.headers.get('retry-after'), runtime.clock.now());
  } catch {
    // What fetch throws may name the URL, never the token; it tells nothing more than this.
    return { _tag: 'Later', wait: undefined, why: 'there was no answer' };
  } finally {
    cancel();
    signal?.removeEventListener('abort', abort);
  }
};

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
};

const answerOf = (
  status: number,
  body: Readonly<Record<string, unknown>>,
  retryAfter: string | null,
  now: number,
): Answer => {
  const { event_id: eventId, errcode, retry_after_ms: retryAfterMs } = body;
  if (status === 200 && typeof eventId === 'string') return { _tag: 'Sent', eventId };
  const why = typeof errcode === 'string' && /^[A-Z0-9_.]{1,64}$/i.test(errcode) ? `${String(status)} ${errcode}` : String(status);
  if (status === 429) return { _tag: 'Later', wait: waitOf(retryAfterMs, retryAfter, now), why };
  if (status >= 500 || status === 408) return { _tag: 'Later', wait: undefined, why };
  // A 200 without an event id came from something that is not a homeserver.
  return { _tag: 'Refused', why: status === 200 ? 'its answer names no event' : why };
};

/** Milliseconds; undefined where the answer says nothing usable. */
const waitOf = (retryAfterMs: unknown, retryAfter: string | null, now: number): number | undefined => {
  const seconds = retryAfter === null || !/^\d+$/.test(retryAfter) ? undefined : Number(retryAfter) * 1_000;
  const date = retryAfter === null || seconds !== undefined ? undefined : Date.parse(retryAfter) - now;
  const asked = typeof retryAfterMs === 'number' ? retryAfterMs : (seconds ?? date);
  return asked === undefined || !Number.isFinite(asked) || asked < 0 ? undefined : Math.min(asked, longestWait);
};
