import { type JsonObject, PositionCodec, RevisionCodec } from '@account-data/domain';
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

const orNull = <A, O>(codec: t.Type<A, O, unknown>): t.UnionC<[t.Type<A, O, unknown>, t.NullC]> => t.union([codec, t.null]);

/** Of POST /v1/commands, with one command. @category codecs */
export const CommandResults = t.type({
  results: t.array(
    t.intersection([
      t.type({ status: t.number }),
      t.partial({
        change: t.type({ revision: RevisionCodec, position: orNull(PositionCodec), repeated: t.boolean }),
        problem: t.unknown,
      }),
    ]),
  ),
});

/** Of GET /v1/users/{userId}/state. @category codecs */
export const State = t.type({
  entries: t.array(t.type({ room_id: orNull(t.string), type: t.string, content: Content, revision: RevisionCodec })),
});

/** Of GET /v1/users/{userId}/tags. @category codecs */
export const Tags = t.type({ rooms: t.array(t.type({ room_id: t.string, tags: t.record(t.string, Content) })) });
