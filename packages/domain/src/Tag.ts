import * as t from 'io-ts';
import { isMatrixName } from './MatrixName.js';

export interface TagBrand {
  readonly Tag: unique symbol;
}

/** A room tag, as `m.favourite` or `u.work`. @category model */
export type Tag = t.Branded<string, TagBrand>;

/**
 * Whether a string is a tag: 1 to 255 bytes of UTF-8 without NUL or lone surrogates.
 *
 * Source: Matrix specification, client-server API, "Room Tagging".
 *
 * @category predicates
 */
export const isTag = (text: string): text is Tag => isMatrixName(text);

/** Decodes a room tag, by {@link isTag}. @category codecs */
export const Tag = t.brand(t.string, (text): text is Tag => isMatrixName(text), 'Tag');
