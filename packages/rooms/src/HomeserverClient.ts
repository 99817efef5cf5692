import { type Backoff, backoffDelay, pause, type Runtime, withDeadline } from '@account-data/runtime';
import type { JsonObject } from '@account-data/domain';
import { RoomSinkError } from './RoomEventSink.js';

/** The part of `fetch` that is used. @category model */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
    readonly redirect: 'manual';
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

/** How a homeserver is spoken to, and for how long it is tried. @category model */
export interface HomeserverOptions {
  /** As `https://matrix.example.org`. */
  readonly baseUrl: string;
  readonly identity: HomeserverIdentity;
  readonly fetch: Fetch;
  readonly runtime: Runtime;
  /** How often one request is tried before it has failed. Default 6. */
  readonly attempts?: number;
  /** How long one request may take, in milliseconds. Default 10,000. */
  readonly requestTimeout?: number;
}

/** A request whose answer names an event. */
export interface HomeserverRequest {
  /** After `/_matrix/client/v3`, not yet encoded. */
  readonly path: ReadonlyArray<string>;
  readonly body: JsonObject;
  readonly sender: string;
  readonly signal: AbortSignal | undefined;
  /** Told each time before it waits because the homeserver asked for it: for how many milliseconds. */
  readonly onAskedToWait?: ((milliseconds: number) => void) | undefined;
}

/**
 * The homeserver answered that it will not do it. `isCertain`: nor did an earlier try do it, whose answer was lost.
 *
 * @category errors
 */
export class HomeserverRefusal extends RoomSinkError {
  readonly status: number;
  /** The status and Matrix's error code, as `403 M_FORBIDDEN`. */
  readonly why: string;
  readonly isCertain: boolean;

  constructor(status: number, why: string, isCertain: boolean) {
    super('homeserver_refused', `The homeserver refused the event: ${why}.`);
    this.name = 'HomeserverRefusal';
    this.status = status;
    this.why = why;
    this.isCertain = isCertain;
  }
}

type Answer =
  | { readonly _tag: 'Done'; readonly eventId: string }
  | { readonly _tag: 'Later'; readonly wait: number | undefined; readonly why: string; readonly mayBeDone: boolean }
  | { readonly _tag: 'Refused'; readonly status: number; readonly why: string };

const longestWait = 60_000;

/**
 * Speaks to a homeserver: waits as long as a 429 asks for (`retry_after_ms`, or the header Retry-After), with all
 * requests; tries again after a 5xx and where there was no answer.
 */
export class HomeserverClient {
  readonly #options: HomeserverOptions;
  /** By the monotonic clock: the homeserver has asked to be left alone until then. */
  #quietUntil = 0;

  constructor(options: HomeserverOptions) {
    this.#options = options;
  }

  /** The id of the event that the request made. Rejects with a {@link RoomSinkError}. */
  async put(request: HomeserverRequest): Promise<string> {
    const { runtime, attempts = 6 } = this.#options;
    let mayBeDone = false;
    for (let attempt = 1; ; attempt += 1) {
      await this.#quiet(request);
      const answer = await ask(urlOf(this.#options, request), request, this.#options);
      switch (answer._tag) {
        case 'Done':
          return answer.eventId;
        case 'Refused':
          throw new HomeserverRefusal(answer.status, answer.why, !mayBeDone);
        case 'Later': {
          mayBeDone ||= answer.mayBeDone;
          if (attempt >= attempts) {
            throw unavailable(`The homeserver could not take the event, tried ${String(attempt)} times: ${answer.why}.`);
          }
          if (answer.wait !== undefined) {
            this.#quietUntil = Math.max(this.#quietUntil, runtime.clock.monotonic() + answer.wait);
          } else {
            await this.#wait(backoffDelay(runtime, retry, attempt), request.signal);
          }
        }
      }
    }
  }

  async #quiet({ signal, onAskedToWait }: HomeserverRequest): Promise<void> {
    const left = (): number => this.#quietUntil - this.#options.runtime.clock.monotonic();
    for (let wait = left(); wait > 0; wait = left()) {
      onAskedToWait?.(wait);
      await this.#wait(wait, signal);
    }
  }

  async #wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    await pause(this.#options.runtime, milliseconds, { signal });
    if (signal?.aborted === true) throw unavailable('It was given up while the homeserver was waited for.');
  }
}

const retry: Backoff = { first: 500, longest: 15_000 };

const unavailable = (message: string): RoomSinkError => new RoomSinkError('homeserver_unavailable', message);

const urlOf = ({ baseUrl, identity }: HomeserverOptions, { path, sender }: HomeserverRequest): string => {
  const url = `${baseUrl.replace(/\/+$/, '')}/_matrix/client/v3/${path.map(encodeURIComponent).join('/')}`;
  return identity._tag === 'AccessToken' ? url : `${url}?user_id=${encodeURIComponent(sender)}`;
};

const ask = async (
  url: string,
  { body, signal }: HomeserverRequest,
  { fetch, identity, runtime, requestTimeout = 10_000 }: HomeserverOptions,
): Promise<Answer> => {
  if (signal?.aborted === true) return { _tag: 'Later', wait: undefined, why: 'it was given up', mayBeDone: false };
  try {
    const { response, text } = await withDeadline(
      runtime,
      requestTimeout,
      async (limit) => {
        const answer = await fetch(url, {
          method: 'PUT',
          headers: { authorization: `Bearer ${identity.token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: limit,
          redirect: 'manual',
        });
        return { response: answer, text: await answer.text() };
      },
      signal,
    );
    return answerOf(response.status, parsed(text), response.headers.get('retry-after'), runtime.clock.now());
  } catch {
    // What fetch throws may name the URL, never the token; it tells nothing more than this.
    return { _tag: 'Later', wait: undefined, why: 'there was no answer', mayBeDone: true };
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
  if (status === 200 && typeof eventId === 'string') return { _tag: 'Done', eventId };
  const why = typeof errcode === 'string' && /^[A-Z0-9_.]{1,64}$/i.test(errcode) ? `${String(status)} ${errcode}` : String(status);
  if (status === 429) return { _tag: 'Later', wait: waitOf(retryAfterMs, retryAfter, now), why, mayBeDone: false };
  // The token goes to the homeserver only.
  if (status >= 300 && status < 400) return { _tag: 'Later', wait: undefined, why: `${why}, a redirect, which is not followed`, mayBeDone: false };
  if (status >= 500 || status === 408) return { _tag: 'Later', wait: undefined, why, mayBeDone: true };
  // A 200 without an event id came from something that is not a homeserver.
  return { _tag: 'Refused', status, why: status === 200 ? 'its answer names no event' : why };
};

/** Milliseconds; undefined where the answer says nothing usable. */
const waitOf = (retryAfterMs: unknown, retryAfter: string | null, now: number): number | undefined => {
  const seconds = retryAfter === null || !/^\d+$/.test(retryAfter) ? undefined : Number(retryAfter) * 1_000;
  const date = retryAfter === null || seconds !== undefined ? undefined : Date.parse(retryAfter) - now;
  const asked = typeof retryAfterMs === 'number' ? retryAfterMs : (seconds ?? date);
  return asked === undefined || !Number.isFinite(asked) || asked < 0 ? undefined : Math.min(asked, longestWait);
};
