import { pythonJson } from '@account-data/module-audit-room';
import type { Json } from '@account-data/domain';
/** The people and rooms of the examples. */
export const alice = '@alice:example.org';
export const bob = '@bob:example.org';
export const auditRoom = '!audit:example.org';
export const auditor = '@auditor:example.org';

export const tokens = { alice: 'alice-secret', bob: 'bob-secret', service: 'service-secret', admin: 'admin-secret' } as const;

/** The configuration of the README's example, on any free port, with tokens for a user, a service and an admin. */
export const exampleConfig = {
  server: { host: '127.0.0.1', port: 0 },
  auth: {
    tokens: [
      { token: tokens.alice, role: 'user', user_id: alice },
      { token: tokens.bob, role: 'user', user_id: bob },
      { token: tokens.service, role: 'service', name: 'billing' },
      { token: tokens.admin, role: 'admin' },
    ],
  },
  modules: [{ module: '@account-data/module-audit-room', config: { audit_room: auditRoom, sender: auditor } }],
} as const;

/** What the audit room module says of a change, to the letter. */
export const announcement = (userId: string, type: string, content: unknown, roomId?: string): string =>
  `${userId} has changed their account data for type ${type} to: ${pythonJson(content as Json)}${roomId === undefined ? '' : ` (in room ${roomId})`}`;
