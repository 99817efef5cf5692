import * as t from 'io-ts';

export interface TagBrand {
  readonly Tag: unique symbol;
}

/** A room tag, as `m.favourite` or `u.work`. @category model */
export type Tag = t.Branded<string, TagBrand>;
