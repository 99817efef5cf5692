import type { RoomRedaction } from '@account-data/rooms';
import type { DeliveryApi } from './DeliveryApi.js';
import type { AccountDataCallbacks } from './DeliveryContext.js';

/**
 * What a module is given when it is set up. Its members may be used at any time; those called from within a callback
 * know the delivery they belong to.
 *
 * @category model
 */
export interface ModuleApi extends DeliveryApi {
  /** Only while the module is being set up. Callbacks registered by one module run in the order of registration. */
  readonly registerAccountDataCallbacks: (callbacks: AccountDataCallbacks) => void;
  /**
   * For `onUserErased`: takes back what was sent into rooms within deliveries about that user: deletes it from the room
   * streams of this log, or redacts it on the homeserver. What the homeserver refuses to redact is answered; rejects
   * where it could not be asked, with what was done written down: called again, it goes on from there.
   */
  readonly redactRoomEvents: (userId: string) => Promise<RoomRedaction>;
  /** Called when the host has stopped, after the module's last callback. */
  readonly onStop: (callback: () => void | Promise<void>) => void;
}
