import { type JsonObject, isRoomId, isUserId } from '@account-data/domain';
import { ConfigError, type ModuleDefinition, readSettings } from '@account-data/modules';
import { pythonJson } from './pythonJson.js';

/** The room that is told, and the user who tells it: as in Synapse's example. @category model */
export interface AuditRoomConfig {
  readonly audit_room: string;
  readonly sender: string;
  /** How contents are written: as Python's `json.dumps` does, which the documented example calls, or without blanks. */
  readonly format: 'python' | 'compact';
}

/**
 * What is said of a change. Source: the example of Synapse's documentation,
 * https://element-hq.github.io/synapse/latest/modules/account_data_callbacks.html#example
 *
 * @category constructors
 */
export const auditMessage = (
  userId: string,
  roomId: string | null,
  type: string,
  content: JsonObject,
  format: AuditRoomConfig['format'] = 'python',
): string => {
  const text = format === 'python' ? pythonJson(content) : JSON.stringify(content);
  const message = `${userId} has changed their account data for type ${type} to: ${text}`;
  return roomId === null ? message : `${message} (in room ${roomId})`;
};

const parseConfig = (config: unknown): AuditRoomConfig => {
  const read = readSettings(config, ['audit_room', 'sender', 'format'], 'a mapping with audit_room and sender');
  if (read._tag === 'Left') throw read.left;
  const values = read.right;
  const required = (name: string, expected: string, isValid: (value: string) => boolean): string => {
    const value = values.get(name);
    if (value === undefined || value === null) throw new ConfigError(`'${name}' is required`, [name]);
    if (typeof value !== 'string' || !isValid(value)) throw new ConfigError(`must be ${expected}`, [name]);
    return value;
  };
  const audit_room = required('audit_room', 'a room ID, as !room:example.org', isRoomId);
  const sender = required('sender', 'a user ID, as @user:example.org', isUserId);
  const format = values.get('format') ?? 'python';
  if (format !== 'python' && format !== 'compact') throw new ConfigError('must be python or compact', ['format']);
  return { audit_room, sender, format };
};

/**
 * Tells an audit room of each change of account data: the documented example of Synapse's account data callbacks. When
 * a user is erased, what it told of them is taken back.
 *
 * @category module
 */
export const module: ModuleDefinition<AuditRoomConfig> = {
  name: 'audit-room',
  parseConfig,
  setUp: ({ audit_room, sender, format }, api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: async (userId, roomId, accountDataType, content, context) => {
        await context.api.createAndSendEventIntoRoom({
          type: 'm.room.message',
          room_id: audit_room,
          sender,
          content: { msgtype: 'm.text', body: auditMessage(userId, roomId, accountDataType, content, format) },
        });
      },
      onUserErased: async (userId) => {
        const { remaining } = await api.redactRoomEvents(userId);
        for (const { roomId, eventId, why } of remaining) {
          api.logger.warn('An announcement about an erased user may still stand in a room', { roomId, eventId, why });
        }
      },
    });
  },
};
