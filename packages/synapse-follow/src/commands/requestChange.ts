import type { AskedChange, HomeserverError } from '@account-data/engine';
import { homeserverRefused, homeserverUnavailable, homeserverUnconfirmed } from '@account-data/engine';
import { type Runtime, withDeadline } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';

/** The part of `fetch` that is used. @category model */
export type CommandFetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal: AbortSignal;
    readonly redirect: 'manual';
  },
) => Promise<{ readonly status: number; readonly text: () => Promise<string> }>;

/** Which homeserver is asked, and as whom. */
export interface HomeserverAccess {
  /** As `https://matrix.example.org`. */
  readonly baseUrl: string;
  /** The `as_token` of an application service whose namespace has the users. */
  readonly token: string;
  readonly fetch: CommandFetch;
  readonly runtime: Runtime;
}

/** How long the homeserver may take to answer, in milliseconds. */
const answerTime = 10_000;

/** What fetch fails with before anything is sent. */
const notSent: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Asks for one change by the API that the user has, in the user's name, once: what may have been done is not asked for again.
 *
 * Source: https://spec.matrix.org/v1.15/client-server-api/#client-config and
 * https://spec.matrix.org/v1.15/application-service-api/#identity-assertion
 */
export const requestChange = async ({ event }: Pick<AskedChange, 'event'>, { baseUrl, token, fetch, runtime }: HomeserverAccess): Promise<E.Either<HomeserverError, void>> => {
  const { method, path, body } = requestOf(event);
  const url = `${baseUrl.replace(/\/+$/, '')}/_matrix/client/v3/user/${path.map(encodeURIComponent).join('/')}?user_id=${encodeURIComponent(event.data.userId)}`;
  try {
    return await withDeadline(runtime, answerTime, async (signal) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }), signal, redirect: 'manual' });
      return answerOf(response.status, await response.text());
    });
  } catch (error) {
    // What fetch throws may name the address; no more than this is told of it.
    return E.left(
      notSent.has(codeOf(error))
        ? homeserverUnavailable('The homeserver can not be reached. Nothing was changed.')
        : homeserverUnconfirmed('The homeserver did not answer: whether it made the change is not known. If it did, it is in the history here as its own.'),
    );
  }
};

interface ChangeRequest {
  readonly method: 'PUT' | 'DELETE';
  /** After `/user`, not yet encoded. */
  readonly path: ReadonlyArray<string>;
  readonly body?: unknown;
}

const requestOf = (event: AskedChange['event']): ChangeRequest => {
  switch (event.type) {
    case 'AccountDataUpdated': {
      const { userId, roomId, type, content } = event.data;
      return { method: 'PUT', path: [userId, ...(roomId === null ? [] : ['rooms', roomId]), 'account_data', type], body: content };
    }
    case 'RoomTagSet':
      return { method: 'PUT', path: tagPath(event.data), body: event.data.content };
    case 'RoomTagRemoved':
      return { method: 'DELETE', path: tagPath(event.data) };
  }
};

const tagPath = ({ userId, roomId, tag }: { readonly userId: string; readonly roomId: string; readonly tag: string }): ReadonlyArray<string> => [userId, 'rooms', roomId, 'tags', tag];

const answerOf = (status: number, text: string): E.Either<HomeserverError, void> => {
  if (status === 200) return E.right(undefined);
  const why = [String(status), ...errcodeIn(text)].join(' ');
  return status >= 500 || status === 408
    ? E.left(homeserverUnconfirmed(`The homeserver failed (${why}): whether it made the change is not known. If it did, it is in the history here as its own.`))
    : E.left(homeserverRefused(`The homeserver refused the change (${why}). Nothing was changed.${status === 401 ? unknownToken : ''}`));
};

const unknownToken = ' It does not know the token of the application service: its registration has to be named in app_service_config_files, with the same as_token, and Synapse to be started again since.';

/** Matrix's error code; nothing else of an answer is repeated. */
const errcodeIn = (text: string): ReadonlyArray<string> => {
  try {
    const value: unknown = JSON.parse(text);
    const errcode = typeof value === 'object' && value !== null && 'errcode' in value ? value.errcode : undefined;
    return typeof errcode === 'string' && /^[A-Z0-9_.]{1,64}$/i.test(errcode) ? [errcode] : [];
  } catch {
    return [];
  }
};

const codeOf = (error: unknown): unknown => {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
};
