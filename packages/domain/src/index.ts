export * from './AccountDataType.js';
export * from './EventMetadata.js';
export * from './Json.js';
export * from './RoomId.js';
export * from './Tag.js';
export * from './UserId.js';
export * from './account-data/Events.js';
export * from './room-tags/Events.js';
