export * from './RoomEventSink.js';
export { type StoredRoomEvent } from './RoomStreamEvent.js';
export { eraseRoomEvents, roomsAbout } from './eraseRoomEvents.js';
export { type RoomReaderOptions, type RoomSlice, followRoom, readRoom } from './readRoom.js';
export { type RoomStreamSinkOptions, roomEventId, roomStreamSink } from './roomStreamSink.js';
export { type Fetch, type HomeserverIdentity, type HomeserverOptions } from './HomeserverClient.js';
export { type HomeserverSinkOptions, homeserverSink } from './homeserverSink.js';
export { remainingOnHomeserver } from './readSentEvents.js';
