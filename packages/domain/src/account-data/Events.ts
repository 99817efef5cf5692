import type { AccountDataType } from '../AccountDataType.js';
import type { JsonObject } from '../Json.js';
import type { RoomId } from '../RoomId.js';
import type { UserId } from '../UserId.js';

/** The account data of a user was set; with content `{}` it was deleted. @category model */
export interface AccountDataUpdated {
  readonly type: 'AccountDataUpdated';
  readonly data: {
    readonly userId: UserId;
    /** Null for global account data. */
    readonly roomId: RoomId | null;
    readonly type: AccountDataType;
    readonly content: JsonObject;
  };
}
