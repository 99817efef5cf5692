import * as t from 'io-ts';
import { isDecimal } from './Decimal.js';
import type { Position, ReadFrom } from './Position.js';
import type { Revision } from './Revision.js';

const decimalCodec = <A extends string>(name: string): t.Type<A, string, unknown> => {
  const is = (value: unknown): value is A => isDecimal(value);
  return new t.Type(name, is, (value, context) => (is(value) ? t.success(value) : t.failure(value, context)), t.identity);
};

/** A position as JSON holds it: decimal text without leading zeros. @category codecs */
export const PositionCodec: t.Type<Position, string, unknown> = decimalCodec('a position as decimal text');

/** A revision as JSON holds it: decimal text without leading zeros. @category codecs */
export const RevisionCodec: t.Type<Revision, string, unknown> = decimalCodec('a revision as decimal text');

/** A position, or `start`. @category codecs */
export const ReadFromCodec: t.Type<ReadFrom, string, unknown> = new t.Type(
  'a position as decimal text, or start',
  (value): value is ReadFrom => value === 'start' || PositionCodec.is(value),
  (value, context) => (value === 'start' ? t.success('start') : PositionCodec.validate(value, context)),
  t.identity,
);
