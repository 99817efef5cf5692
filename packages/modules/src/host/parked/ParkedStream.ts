import {
  type AppendError,
  type EventStore,
  Position,
  type ProposedEvent,
  type ReadError,
  type ReadFrom,
  Revision,
  revisionAfter,
  type StoredJson,
  StreamName,
} from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import type { Change } from '../delivery/Change.js';
import type { ParkedDelivery, ParkedError } from '../ModuleHost.js';

const parkedType = 'DeliveryParked';
const settledType = 'ParkedDeliverySettled';
const schemaVersion = 1;
const pageSize = 500;

const decimal = t.refinement(t.string, (text) => /^\d{1,20}$/.test(text), 'a decimal string');

const parkedCodec = t.readonly(
  t.type({
    eventId: t.string,
    stream: t.string,
    revision: decimal,
    position: decimal,
    /** A place in the log before the position, or `start`: reading on from there finds the event. */
    after: t.string,
    attempts: t.number,
    /** Milliseconds since the Unix epoch. */
    time: t.number,
    error: t.readonly(t.intersection([t.type({ name: t.string, message: t.string }), t.partial({ code: t.string })])),
  }),
);

const settledCodec = t.readonly(
  t.type({
    eventId: t.string,
    outcome: t.union([t.literal('handled'), t.literal('dropped'), t.literal('gone')]),
    time: t.number,
  }),
);

/** How a parked delivery ended. @category model */
export type Settlement = t.TypeOf<typeof settledCodec>['outcome'];

/** A parked delivery with the place to read it from. @category model */
export interface ParkedRecord extends ParkedDelivery {
  readonly after: ReadFrom;
}

/**
 * The deliveries that one module has put aside, in a stream of its own: what was parked minus what was settled since.
 * It holds no content, only where the event stands and what the module failed with.
 */
export class ParkedStream {
  readonly #store: EventStore;
  readonly #stream: StreamName;
  readonly #runtime: Runtime;

  constructor(store: EventStore, stream: string, runtime: Runtime) {
    this.#store = store;
    this.#stream = StreamName(stream);
    this.#runtime = runtime;
  }

  /** Parking the same delivery again, after a crash, leaves one in the list. */
  park(change: Change, attempts: number, error: ParkedError): TE.TaskEither<AppendError, void> {
    return this.#append(parkedType, {
      eventId: change.eventId,
      stream: change.stream,
      revision: change.revision.toString(),
      position: change.position.toString(),
      after: change.after.toString(),
      attempts,
      time: this.#runtime.clock.now(),
      error: { ...error },
    });
  }

  settle(eventId: string, outcome: Settlement): TE.TaskEither<AppendError, void> {
    return this.#append(settledType, { eventId, outcome, time: this.#runtime.clock.now() });
  }

  /** What is parked now, in the order it was parked. */
  list(): TE.TaskEither<ReadError, ReadonlyArray<ParkedRecord>> {
    return async () => {
      const parked = new Map<string, ParkedRecord>();
      let from = Revision(0);
      for (;;) {
        const slice = await this.#store.read(this.#stream, { from, limit: pageSize })();
        if (E.isLeft(slice)) return slice;
        if (slice.right._tag !== 'Events') return E.right([]);
        for (const event of slice.right.events) {
          from = revisionAfter(event.revision);
          if (event.type === parkedType) {
            const record = recordOf(parkedCodec.decode(event.data));
            parked.delete(record.eventId);
            parked.set(record.eventId, record);
          } else if (event.type === settledType) {
            const settled = settledCodec.decode(event.data);
            if (E.isRight(settled)) parked.delete(settled.right.eventId);
          }
        }
        if (slice.right.isEnd) return E.right([...parked.values()]);
      }
    };
  }

  #append(type: string, data: StoredJson): TE.TaskEither<AppendError, void> {
    const event: ProposedEvent = { id: this.#runtime.random.uuid(), type, data, metadata: { schemaVersion } };
    return async () => {
      let appended = await this.#store.append(this.#stream, [event], 'any')();
      // Should both be stored, the list is the same.
      if (E.isLeft(appended) && appended.left._tag === 'OutcomeUnknown') {
        appended = await this.#store.append(this.#stream, [event], 'any')();
      }
      return E.isLeft(appended) ? appended : E.right(undefined);
    };
  }
}

const recordOf = (decoded: t.Validation<t.TypeOf<typeof parkedCodec>>): ParkedRecord => {
  if (E.isLeft(decoded)) {
    const path = decoded.left[0]?.context.map(({ key }) => key).join('.') ?? '';
    throw new Error(`A record of a parked delivery is damaged at ${path}.`);
  }
  const { revision, position, after, ...rest } = decoded.right;
  return {
    ...rest,
    revision: Revision(revision),
    position: Position(position),
    after: after === 'start' ? 'start' : Position(after),
  };
};
