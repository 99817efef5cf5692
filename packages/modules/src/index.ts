export { Position, Revision } from '@account-data/domain';
// What a module meets of rooms.
export {
  type RedactedInRoom,
  type RemainingEvent,
  type RoomEvent,
  type RoomRedaction,
  RoomSinkError,
  type RoomSinkErrorCode,
  type SentRoomEvent,
} from '@account-data/rooms';
export * from './api/ConfigError.js';
export * from './api/readSettings.js';
export * from './api/ConfiguredModule.js';
export * from './api/DeliveryApi.js';
export * from './api/DeliveryContext.js';
export * from './api/configureModule.js';
export * from './api/ModuleApi.js';
export * from './api/ModuleDefinition.js';
export * from './api/ports.js';
export * from './host/ModuleHost.js';
export { framesOf } from './host/delivery/framesOf.js';
export * from './host/ModuleRef.js';
export { createModuleHost } from './host/createModuleHost.js';
export * from './host/ModuleMetrics.js';
export * from './host/errors.js';
export { type CheckOptions, checkModules } from './loader/checkModules.js';
export { type LoadOptions, loadModules } from './loader/loadModules.js';
