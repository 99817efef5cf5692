import * as t from 'io-ts';

export interface AccountDataTypeBrand {
  readonly AccountDataType: unique symbol;
}

/** The type of account data, as `m.direct` or `org.example.theme`. @category model */
export type AccountDataType = t.Branded<string, AccountDataTypeBrand>;
