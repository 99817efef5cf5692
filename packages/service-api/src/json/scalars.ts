import {
  type AccountDataType,
  fitsUtf8,
  isAccountDataType,
  isRoomId,
  isTag,
  isUserId,
  type JsonObject,
  maxNameBytes,
  maxRequestKeyBytes,
  type Position,
  PositionCodec,
  type ReadFrom,
  type Revision,
  RevisionCodec,
  type RevisionCondition,
  type RoomId,
  parseTime,
  type Tag,
  timeForms,
  timeText,
  type UserId,
} from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { described, jsonSchemaOf, undescribedSchema, withNamedSchema, withSchema } from './jsonSchema.js';
import type { JsonSchema } from './jsonSchema.js';

/**
 * The scalars of the service API, as codecs between their JSON and what the engine takes. Each says what it expects,
 * for errors, and its JSON Schema, for the OpenAPI document.
 */

const scalar = <A, O = A>(
  expectation: string,
  schema: JsonSchema,
  is: (value: unknown) => value is A,
  decode: (value: unknown) => A | undefined,
  encode: (value: A) => O,
): t.Type<A, O, unknown> =>
  withSchema(
    new t.Type<A, O, unknown>(
      expectation,
      is,
      (value, context) => {
        const decoded = decode(value);
        return decoded === undefined ? t.failure(value, context, `expected ${expectation}`) : t.success(decoded);
      },
      encode,
    ),
    schema,
  );

const isString = (value: unknown): value is string => typeof value === 'string';

const name = <A extends string = string>(expectation: string, schema: JsonSchema, accepts: (text: string) => boolean): t.Type<A, string, unknown> =>
  scalar(
    expectation,
    { type: 'string', ...schema },
    (value): value is A => isString(value) && accepts(value),
    (value) => (isString(value) && accepts(value) ? (value as A) : undefined),
    (value) => value,
  );

const userIdText = <A extends string>(): t.Type<A, string, unknown> => name<A>('a Matrix user ID, "@localpart:server.name"', { description: 'A Matrix user ID', examples: ['@alice:example.org'], maxLength: maxNameBytes }, isUserId);

/** Of an answer. @category codecs */
export const UserIdText = userIdText<UserId>();

/** Of a request, as programs give it. @category codecs */
export const GivenUserId = userIdText<string>();

const roomIdText = <A extends string>(): t.Type<A, string, unknown> => name<A>('a Matrix room ID, "!opaque_id:server.name" or "!opaque_id"', { description: 'A Matrix room ID', examples: ['!work:example.org'], maxLength: maxNameBytes }, isRoomId);

/** Of an answer. @category codecs */
export const RoomIdText = roomIdText<RoomId>();

/** Of a request, as programs give it. @category codecs */
export const GivenRoomId = roomIdText<string>();

const typeText = <A extends string>(): t.Type<A, string, unknown> => name<A>(`an account data type of at most ${String(maxNameBytes)} bytes`, { description: 'A type of account data', examples: ['org.example.theme'], minLength: 1, maxLength: maxNameBytes }, isAccountDataType);

/** Of an answer. @category codecs */
export const TypeText = typeText<AccountDataType>();

/** Of a request, as programs give it. @category codecs */
export const GivenType = typeText<string>();

const tagText = <A extends string>(): t.Type<A, string, unknown> => name<A>(`a tag of at most ${String(maxNameBytes)} bytes`, { description: 'A tag of a room', examples: ['m.favourite'], minLength: 1, maxLength: maxNameBytes }, isTag);

/** Of an answer. @category codecs */
export const TagText = tagText<Tag>();

/** Of a request, as programs give it. @category codecs */
export const GivenTag = tagText<string>();

/** A text of 1 to 1,000 characters. @category codecs */
export const ShortText = name('a text of 1 to 1,000 characters', { minLength: 1, maxLength: 1_000 }, (text) => text.length >= 1 && text.length <= 1_000);

/** A request key. @category codecs */
export const RequestKeyText = name(
  `a request key of 1 to ${String(maxRequestKeyBytes)} bytes`,
  { description: 'A key of the client\'s choice: a retry with the same key answers the same and appends nothing', minLength: 1, maxLength: maxRequestKeyBytes, examples: ['import-2026-01-31/17'] },
  (text) => text.length >= 1 && fitsUtf8(text, maxRequestKeyBytes),
);

/** A UUID, in upper or lower case. @category codecs */
export const UuidText = name(
  'a UUID',
  { description: 'A UUID', format: 'uuid', examples: ['3f2c9f6e-8f1b-4d0e-9a4e-5a0c6d1b7e21'] },
  (text) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text),
);

const decimal = '^(0|[1-9][0-9]{0,19})$';

/** A revision, as a decimal string. @category codecs */
export const RevisionText: t.Type<Revision, string, unknown> = scalar(
  'a revision: a decimal integer as a string',
  { type: 'string', description: 'A revision: the number of a change among those of its user, from 0, as a decimal string', pattern: decimal, examples: ['42'] },
  RevisionCodec.is,
  (value) => (RevisionCodec.is(value) ? value : undefined),
  (value) => value,
);

/** A place in the log, as a decimal string. @category codecs */
export const PositionText: t.Type<Position, string, unknown> = scalar(
  'a position: a decimal integer as a string',
  { type: 'string', description: 'A position: a place in the log, as a decimal string', pattern: decimal, examples: ['1024'] },
  PositionCodec.is,
  (value) => (PositionCodec.is(value) ? value : undefined),
  (value) => value,
);

/** A condition as requests give it: of one revision, or of none in particular. @category model */
export type GivenCondition = Extract<RevisionCondition, string>;

const isRevisionCondition = (value: unknown): value is GivenCondition => value === 'absent' || value === 'present' || RevisionCodec.is(value);

/** A revision; `absent`: the key has no content; `present`: it has some, whichever. @category codecs */
export const IfRevision: t.Type<GivenCondition, string, unknown> = scalar(
  'a revision as a decimal string, "absent" or "present"',
  { type: 'string', description: 'Change the key only if it is at this revision, has no content (`absent`) or has some (`present`)', pattern: `${decimal}|^absent$|^present$`, examples: ['42', 'absent', 'present'] },
  isRevisionCondition,
  (value) => (isRevisionCondition(value) ? value : undefined),
  (value) => value,
);

/** A time as RFC 3339 text, in milliseconds since the Unix epoch inside. @category codecs */
export const TimeText: t.Type<number, string, unknown> = scalar(
  'a time as RFC 3339 text, "2026-01-31T12:00:00Z"',
  { type: 'string', description: 'A time (RFC 3339)', format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] },
  (value): value is number => typeof value === 'number' && Number.isFinite(value),
  (value) => {
    if (!isString(value) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) return undefined;
    const time = Date.parse(value);
    return Number.isNaN(time) ? undefined : time;
  },
  timeText,
);

/**
 * A time of a request: what {@link TimeText} takes, and what people write (`timeForms`), which a server turns into the
 * former by {@link withTimes} before it is decoded. A program sends the former.
 *
 * @category codecs
 */
export const GivenTime: t.Type<number, string, unknown> = scalar(
  `a time: ${timeForms}`,
  { type: 'string', description: timeForms, examples: ['2026-11-24T09:00:00Z', '2026-11-24 09:00', '3d', 'yesterday'] },
  (value): value is number => TimeText.is(value),
  (value) => {
    const decoded = TimeText.decode(value);
    return E.isRight(decoded) ? decoded.right : undefined;
  },
  timeText,
);

/** {@link GivenTime}, with what it means in its place. @category constructors */
export const timeFor = (meaning: string): t.Type<number, string, unknown> => described(GivenTime, `${meaning}: ${timeForms}`);

/**
 * A query or a body with the times that its codec knows in the form that the codec takes; what is no time is left for the
 * codec to refuse. `now` in milliseconds since the Unix epoch.
 *
 * @category combinators
 */
export const withTimes = (codec: t.Mixed): ((given: unknown, now: number) => unknown) => {
  const timeSchema = jsonSchemaOf(GivenTime);
  const names = Object.entries((jsonSchemaOf(codec)['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>).flatMap(([name, schema]) => (undescribedSchema(schema) === timeSchema ? [name] : []));
  if (names.length === 0) return (given) => given;
  return (given, now) => {
    if (typeof given !== 'object' || given === null) return given;
    const times = names.flatMap((name): ReadonlyArray<readonly [string, string]> => {
      const text: unknown = Object.getOwnPropertyDescriptor(given, name)?.value;
      const time = typeof text === 'string' ? parseTime(text, now) : undefined;
      return time === undefined ? [] : [[name, timeText(time)]];
    });
    return times.length === 0 ? given : { ...given, ...Object.fromEntries(times) };
  };
};

/** An integer of a query string, within bounds. @category codecs */
export const integerText = (minimum: number, maximum: number): t.Type<number, string, unknown> =>
  scalar(
    `an integer from ${String(minimum)} to ${String(maximum)}`,
    { type: 'integer', minimum, maximum },
    (value): value is number => typeof value === 'number' && Number.isInteger(value),
    (value) => {
      if (!isString(value) || !/^\d{1,12}$/.test(value)) return undefined;
      const number = Number(value);
      return number >= minimum && number <= maximum ? number : undefined;
    },
    String,
  );

/** An integer of a JSON body, within bounds. @category codecs */
export const integerOf = (minimum: number, maximum: number): t.Type<number, number, unknown> =>
  scalar(
    `an integer from ${String(minimum)} to ${String(maximum)}`,
    { type: 'integer', minimum, maximum },
    (value): value is number => Number.isInteger(value),
    (value) => (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum ? value : undefined),
    (value) => value,
  );

/** `true` or `false` in a query string. @category codecs */
export const BooleanText: t.Type<boolean, string, unknown> = scalar(
  'true or false',
  { type: 'boolean' },
  (value): value is boolean => typeof value === 'boolean',
  (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
  String,
);

/** A room ID in a query string, or `global` for data without a room; null inside. @category codecs */
export const RoomFilterText: t.Type<string | null, string, unknown> = scalar(
  'a Matrix room ID, or "global" for account data without a room',
  { type: 'string', description: 'A Matrix room ID, or `global` for account data without a room', examples: ['!work:example.org', 'global'] },
  (value): value is string | null => value === null || (isString(value) && isRoomId(value)),
  (value) => {
    if (value === 'global') return null;
    return isString(value) && isRoomId(value) ? value : undefined;
  },
  (value) => value ?? 'global',
);

/** One of the words. @category codecs */
export const wordOf = <const A extends string>(...words: ReadonlyArray<A>): t.Type<A, A, unknown> =>
  scalar(
    `one of ${words.join(', ')}`,
    { type: 'string', enum: words },
    (value): value is A => words.some((word) => word === value),
    (value) => words.find((word) => word === value),
    (value) => value,
  );

const contentObject = <A extends Readonly<Record<string, unknown>>>(schema: JsonSchema): t.Type<A, A, unknown> =>
  scalar(
    'a JSON object',
    schema,
    (value): value is A => isObject(value),
    (value) => (isObject(value) ? (value as A) : undefined),
    (value) => value,
  );

const contentSchema: JsonSchema = { type: 'object', description: 'Any JSON object: the content of account data or of a tag', additionalProperties: true, examples: [{ theme: 'dark' }] };

/** Any JSON object: the content of account data, in an answer. @category codecs */
export const ContentObject = withNamedSchema('Content', contentObject<JsonObject>(contentSchema), contentSchema);

/** The content of account data in a request, as programs give it. The engine checks it in depth. @category codecs */
export const GivenContent = contentObject<Readonly<Record<string, unknown>>>(contentSchema);

/** The tags of a room with their contents. @category codecs */
export const TagContents = contentObject<Readonly<Record<Tag, JsonObject>>>({
  type: 'object',
  description: 'The content of each tag',
  additionalProperties: contentSchema,
  examples: [{ 'm.favourite': { order: 0.5 } }],
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A place in the log; null in JSON is its beginning. @category codecs */
export const PlaceText: t.Type<ReadFrom, string | null, unknown> = withSchema(
  new t.Type<ReadFrom, string | null, unknown>(
    'a position, or null',
    (value): value is ReadFrom => value === 'start' || PositionText.is(value),
    (value, context) => (value === null ? t.success('start') : PositionText.validate(value, context)),
    (value) => (value === 'start' ? null : value),
  ),
  { anyOf: [jsonSchemaOf(PositionText), { type: 'null' }] },
);

/** The head of a stream; null in JSON where it has no events. @category codecs */
export const HeadText: t.Type<Revision | 'no-stream', string | null, unknown> = withSchema(
  new t.Type<Revision | 'no-stream', string | null, unknown>(
    'a revision, or null',
    (value): value is Revision | 'no-stream' => value === 'no-stream' || RevisionText.is(value),
    (value, context) => (value === null ? t.success('no-stream') : RevisionText.validate(value, context)),
    (value) => (value === 'no-stream' ? null : value),
  ),
  { anyOf: [jsonSchemaOf(RevisionText), { type: 'null' }] },
);

/** Null or what the codec takes. @category codecs */
export const orNull = <A, O>(codec: t.Type<A, O, unknown>): t.Type<A | null, O | null, unknown> =>
  withSchema(
    new t.Type<A | null, O | null, unknown>(
      `${codec.name}, or null`,
      (value): value is A | null => value === null || codec.is(value),
      (value, context) => (value === null ? t.success(null) : codec.validate(value, context)),
      (value) => (value === null ? null : codec.encode(value)),
    ),
    { anyOf: [jsonSchemaOf(codec), { type: 'null' }] },
  );
