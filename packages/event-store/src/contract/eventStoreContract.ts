import { describe } from 'vitest';
import { addressContract } from './addresses.js';
import { appendContract } from './appends.js';
import type { EventStoreFactory } from './EventStoreFactory.js';
import { idempotenceContract } from './idempotence.js';
import { lifetimeContract } from './lifetime.js';
import { limitContract } from './limits.js';
import { modelContract } from './model.js';
import { readContract } from './reads.js';
import { subscriptionContract } from './subscriptions.js';
import { textContract } from './texts.js';
import { tombstoneContract } from './tombstones.js';

/**
 * Every guarantee of the `EventStore` port as tests. Called at the top of a test file; every store runs all of it.
 *
 * @category contract
 */
export const eventStoreContract = (name: string, factory: EventStoreFactory): void => {
  describe(`${name} keeps the contract of an event store`, () => {
    appendContract(factory);
    idempotenceContract(factory);
    readContract(factory);
    addressContract(factory);
    subscriptionContract(factory);
    textContract(factory);
    tombstoneContract(factory);
    limitContract(factory);
    lifetimeContract(factory);
    modelContract(factory);
  });
};
