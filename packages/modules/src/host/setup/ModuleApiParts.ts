import type { RoomEvent, RoomEventSink, SentRoomEvent } from '@account-data/rooms';
import type { Runtime } from '@account-data/runtime';
import type { AccountDataManager, DeliveryApi, ModuleLogger } from '../../api/DeliveryApi.js';
import type { AccountDataPort, HostLogger } from '../../api/ports.js';
import type { Delivery } from '../delivery/Delivery.js';
import { accountDataManager } from './accountDataManager.js';
import type { CauseChains } from './CauseChains.js';
import { moduleLogger } from './moduleLogger.js';

/** What the parts of a module's API work with. */
export interface ModuleApiServices {
  readonly accountData: AccountDataPort;
  readonly rooms: RoomEventSink;
  readonly logger: HostLogger;
  readonly causes: CauseChains;
}

/**
 * What one module can do, within the delivery that is at hand. There is one for each delivery that asks for it, and a
 * callback mostly uses one part of it: the others are not made.
 */
export class ModuleApiParts implements DeliveryApi {
  readonly moduleName: string;
  readonly runtime: Runtime;
  readonly createAndSendEventIntoRoom: DeliveryApi['createAndSendEventIntoRoom'];
  readonly #atHand: () => Delivery | undefined;
  readonly #services: ModuleApiServices;
  #manager: AccountDataManager | undefined = undefined;
  #logger: ModuleLogger | undefined = undefined;

  constructor(name: string, atHand: () => Delivery | undefined, runtime: Runtime, services: ModuleApiServices) {
    this.moduleName = name;
    this.runtime = runtime;
    this.createAndSendEventIntoRoom = async (event) => await this.#send(event);
    this.#atHand = atHand;
    this.#services = services;
    Object.freeze(this);
  }

  get accountDataManager(): AccountDataManager {
    const { accountData, causes } = this.#services;
    this.#manager ??= accountDataManager(accountData, (change) => causes.causeOf(this.moduleName, this.#atHand(), change));
    return this.#manager;
  }

  get logger(): ModuleLogger {
    this.#logger ??= moduleLogger(this.#services.logger, this.moduleName, () => this.#atHand()?.change);
    return this.#logger;
  }

  #send(event: RoomEvent): Promise<SentRoomEvent> {
    const { rooms } = this.#services;
    const delivery = this.#atHand();
    if (delivery === undefined) return rooms.send({ module: this.moduleName, event });
    const index = delivery.roomEvents;
    delivery.roomEvents += 1;
    const { eventId, userId, revision, position, epoch, world } = delivery;
    return rooms.send({
      module: this.moduleName,
      event,
      source: { eventId, userId, revision, position, index, epoch, identity: world.identity },
      // Made when it is asked for: a room stream has no use for it.
      get signal() {
        return delivery.signal;
      },
      onAskedToWait: (milliseconds) => {
        delivery.postpone(milliseconds);
      },
    });
  }
}

// What one module changed here would be seen by all others.
Object.freeze(ModuleApiParts.prototype);
Object.freeze(ModuleApiParts);
