import { getRoomEvents } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from '../../Refusal.js';
import type { RoomRequest } from '../Target.js';
import { callOperation } from './callOperation.js';
import type { HttpServer } from './HttpServer.js';

const pageSize = 500;

/** How long the server waits for a message before it answers without one: less than a request may take. */
const wait = 20_000;

/** Hands on what modules sent into a room of a running server, from its beginning. */
export const tailRoom =
  (server: HttpServer) =>
  ({ roomId, onMessage, follow }: RoomRequest): TE.TaskEither<Refusal, void> =>
  async () => {
    let cursor: string | undefined;
    for (;;) {
      const page = await callOperation(server, getRoomEvents, {
        params: { roomId },
        query: { limit: pageSize, ...(cursor === undefined ? {} : { cursor }), ...(follow === undefined ? {} : { wait }) },
      })();
      // Whoever follows ends by interrupting, mostly while the server is waited for.
      if (follow?.aborted === true) return E.right(undefined);
      if (E.isLeft(page)) return page;
      for (const event of page.right.events) await onMessage(event);
      if (follow === undefined && page.right.atEnd) return E.right(undefined);
      cursor = page.right.next;
    }
  };
