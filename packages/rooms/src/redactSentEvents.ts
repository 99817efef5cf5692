import type { RoomId, UserId } from '@account-data/domain';
import type { EventStore, ProposedEvent, StreamName } from '@account-data/event-store';
import { type Runtime, nameUuid } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { appendSurely, storeError } from './appendSurely.js';
import { type HomeserverClient, HomeserverRefusal } from './HomeserverClient.js';
import { type KnownEvent, type SentAbout, readSentEvents } from './readSentEvents.js';
import type { RemainingEvent, RoomRedaction } from './RoomEventSink.js';
import { closedEvent, foundEvent, redactedEvent } from './sentEventRecord.js';

/** What a redaction is carried out with. */
export interface RedactionContext {
  readonly store: EventStore;
  readonly runtime: Runtime;
  readonly client: HomeserverClient;
  /** The record of the user. */
  readonly stream: StreamName;
}

/** How many redactions are written down together: so many are asked for again after a crash. */
const markEvery = 20;

/** Homeservers remember transaction ids for longer than this, in milliseconds: Synapse for a day. */
const surelyRemembered = 30 * 60_000;

export const sendPath = (roomId: RoomId, type: string, transactionId: string): ReadonlyArray<string> => ['rooms', roomId, 'send', type, transactionId];

/**
 * `PUT /_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}` as the event's sender, who may always redact it.
 * The transaction id is made of the event's: asked again, the homeserver redacts once. Redacting what is redacted already
 * is no error.
 *
 * Source: https://spec.matrix.org/v1.14/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid
 */
export const redactOnHomeserver = async (
  client: HomeserverClient,
  { roomId, sender, eventId }: { readonly roomId: RoomId; readonly sender: UserId; readonly eventId: string },
  signal: AbortSignal | undefined,
): Promise<void> => {
  const transactionId = nameUuid('room-event-redaction', roomId, eventId);
  const path = ['rooms', roomId, 'redact', eventId, transactionId];
  await client.put({ path, body: { reason: 'The user whom this is about was erased.' }, sender, signal });
};

/**
 * Redacts everything that was sent to the homeserver about a user. First the record is closed, so that nothing more is
 * sent; then what was begun and may have arrived is asked for under its transaction id; then all is redacted, and written
 * down as it goes. The record is deleted when nothing remains; what the homeserver refuses to redact stays in it, for
 * when the erasure is asked for again.
 */
export const redactSentEvents = async (
  context: RedactionContext,
  userId: UserId,
  signal: AbortSignal | undefined,
  tell?: (removed: number, toRemove: number) => void,
): Promise<RoomRedaction> => {
  const sent = await close(context, userId);
  if (sent === 'erased') return { redacted: [], remaining: [] };
  const remaining: Array<RemainingEvent> = [];
  const done = new Set(sent.redacted);
  const perRoom = new Map<RoomId, number>();
  let unmarked: Array<string> = [];
  const mark = async (): Promise<void> => {
    const eventIds = unmarked;
    unmarked = [];
    if (eventIds.length > 0) await append(context, redactedEvent(context.runtime.random.uuid(), eventIds));
  };
  let isComplete = true;
  try {
    for (const [index, event] of sent.events.entries()) {
      tell?.(index, sent.events.length);
      const found = await find(context, event, signal, remaining);
      if (found === undefined) {
        isComplete = false;
        continue;
      }
      const { roomId, sender } = event;
      const refusal = done.has(found) ? undefined : await refused(redactOnHomeserver(context.client, { roomId, sender, eventId: found }, signal));
      if (refusal !== undefined) {
        isComplete = false;
        remaining.push({ roomId, eventId: found, why: refusal.why });
        continue;
      }
      perRoom.set(roomId, (perRoom.get(roomId) ?? 0) + 1);
      if (done.has(found)) continue;
      done.add(found);
      unmarked.push(found);
      if (unmarked.length >= markEvery) await mark();
    }
  } finally {
    await mark();
  }
  if (isComplete) {
    const deleted = await context.store.tombstone(context.stream)();
    if (E.isLeft(deleted)) throw storeError(deleted.left);
  }
  return { redacted: [...perRoom].map(([roomId, events]) => ({ roomId, events })), remaining };
};

/** Ends the record at its exact end and gives all of it. */
const close = async ({ store, stream }: RedactionContext, userId: UserId): Promise<SentAbout | 'erased'> => {
  for (;;) {
    const sent = await readSentEvents(store, stream);
    if (E.isLeft(sent)) throw storeError(sent.left);
    if (sent.right === 'erased' || sent.right.closed) return sent.right;
    const closed = await store.append(stream, [closedEvent(userId)], sent.right.revision)();
    if (E.isRight(closed)) return sent.right;
    // Not known, or someone was faster: the record tells.
    const { _tag } = closed.left;
    if (_tag !== 'RevisionConflict' && _tag !== 'OutcomeUnknown' && _tag !== 'StreamTombstoned') throw storeError(closed.left);
  }
};

/**
 * The id of an event. One that may have arrived is sent again, empty, under the same transaction id: the homeserver
 * answers with the first one's id, or refuses or takes one that says nothing.
 */
const find = async (
  context: RedactionContext,
  { transactionId, roomId, sender, type, eventId, begun }: KnownEvent,
  signal: AbortSignal | undefined,
  remaining: Array<RemainingEvent>,
): Promise<string | undefined> => {
  if (eventId !== undefined) return eventId;
  const isOld = context.runtime.clock.now() - begun > surelyRemembered;
  const unknown = `sent at ${new Date(begun).toISOString()} without an answer`;
  let found: string | undefined;
  const refusal = await refused(
    context.client.put({ path: sendPath(roomId, type, transactionId), body: {}, sender, signal }).then((id) => {
      found = id;
    }),
  );
  if (found === undefined) {
    remaining.push({ roomId, eventId: null, why: `${unknown}, and whether it arrived is not told (${refusal?.why ?? 'no answer'})` });
    return undefined;
  }
  await append(context, foundEvent(context.runtime.random.uuid(), transactionId, found));
  if (isOld) remaining.push({ roomId, eventId: null, why: `${unknown}; it stands there still if the homeserver has forgotten its transaction since` });
  return found;
};

/**
 * The refusal, where the homeserver refuses this one event. A token that it does not know at all is for the operator to
 * change: rejects then, as for everything else.
 */
const refused = async (request: Promise<void>): Promise<HomeserverRefusal | undefined> => {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (error instanceof HomeserverRefusal && error.status !== 401 && error.status !== 200) return error;
    throw error;
  }
};

const append = async ({ store, stream }: RedactionContext, event: ProposedEvent): Promise<void> => {
  const appended = await appendSurely(store, stream, event, 'any');
  // Another instance may have finished it all meanwhile.
  if (E.isLeft(appended) && appended.left._tag !== 'StreamTombstoned') throw storeError(appended.left);
};
