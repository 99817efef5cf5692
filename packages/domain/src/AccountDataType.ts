import * as t from 'io-ts';
import { isMatrixName } from './MatrixName.js';

export interface AccountDataTypeBrand {
  readonly AccountDataType: unique symbol;
}

/** The type of account data, as `m.direct` or `org.example.theme`. @category model */
export type AccountDataType = t.Branded<string, AccountDataTypeBrand>;

/**
 * Whether a string is a type: 1 to 255 bytes of UTF-8 without NUL or lone surrogates. Matrix states no grammar for it;
 * the length is that of event types.
 *
 * @category predicates
 */
export const isAccountDataType = (text: string): text is AccountDataType => isMatrixName(text);

/** Decodes a type of account data, by {@link isAccountDataType}. @category codecs */
export const AccountDataType = t.brand(
  t.string,
  (text): text is AccountDataType => isMatrixName(text),
  'AccountDataType',
);
