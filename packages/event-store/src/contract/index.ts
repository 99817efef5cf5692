export type { ContractSubject, EventStoreFactory } from './EventStoreFactory.js';
export { eventStoreContract } from './eventStoreContract.js';
export { eventually } from './eventually.js';
export { reusedReadBuffer } from './reusedReadBuffer.js';
