export { type AuditRoomConfig, auditMessage, module } from './auditRoom.js';
