import * as t from 'io-ts';

export interface RoomIdBrand {
  readonly RoomId: unique symbol;
}

/** A Matrix room ID, `!opaque_id:server_name` or, from room version 12, `!opaque_id`. @category model */
export type RoomId = t.Branded<string, RoomIdBrand>;
