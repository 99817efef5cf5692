export { type AuditRoomConfig, auditMessage, module } from './auditRoom.js';
export * from './pythonJson.js';
