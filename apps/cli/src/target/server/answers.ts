import { type JsonObject, timeText } from '@account-data/domain';
import * as t from 'io-ts';

/** What of the service API's answers this command reads. Members it does not know are left alone. */

const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const Content = new t.Type<JsonObject, JsonObject, unknown>(
  'a JSON object',
  isJsonObject,
  (value, context) => (isJsonObject(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
);

const Decimal = new t.Type<bigint, string, unknown>(
  'a decimal string',
  (value): value is bigint => typeof value === 'bigint',
  (value, context) =>
    typeof value === 'string' && /^\d{1,20}$/.test(value) ? t.success(BigInt(value)) : t.failure(value, context),
  String,
);

const Time = new t.Type<number, string, unknown>(
  'a time',
  t.number.is,
  (value, context) => {
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? t.failure(value, context) : t.success(time);
  },
  timeText,
);

const orNull = <A, O>(codec: t.Type<A, O, unknown>): t.UnionC<[t.Type<A, O, unknown>, t.NullC]> => t.union([codec, t.null]);

/** Of POST /v1/commands, with one command. @category codecs */
export const CommandResults = t.type({
  results: t.array(
    t.intersection([
      t.type({ status: t.number }),
      t.partial({
        change: t.type({ revision: Decimal, position: orNull(Decimal), repeated: t.boolean }),
        problem: t.unknown,
      }),
    ]),
  ),
});

/** Of GET /v1/users/{userId}/state. @category codecs */
export const State = t.type({
  entries: t.array(t.type({ room_id: orNull(t.string), type: t.string, content: Content, revision: Decimal })),
});

/** Of GET /v1/users/{userId}/tags. @category codecs */
export const Tags = t.type({ rooms: t.array(t.type({ room_id: t.string, tags: t.record(t.string, Content) })) });

/** Of GET /v1/users/{userId}/history. @category codecs */
export const History = t.intersection([
  t.type({
    entries: t.array(
      t.intersection([
        t.type({
          user_id: t.string,
          room_id: orNull(t.string),
          type: t.string,
          content: Content,
          previous_content: orNull(Content),
          revision: Decimal,
          position: Decimal,
          time: Time,
          event_id: t.string,
          actor: t.type({ kind: t.string, id: t.string }),
          correlation_id: t.string,
          origin: t.string,
        }),
        t.partial({ reason: t.string, causation_id: t.string, original_time: Time, restored_revision: Decimal }),
      ]),
    ),
  }),
  t.partial({ next: t.string }),
]);
