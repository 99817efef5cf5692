import type { RoomEvent } from '@account-data/client';
import { printable, printableJson } from './printable.js';

/** A room event for a person: of a message, its text and nothing else; of another event, its type and content. */
export const roomText = ({ type, content }: RoomEvent): string => {
  const body = content['body'];
  return type === 'm.room.message' && typeof body === 'string'
    ? `${printable(body)}\n`
    : `${printable(type)} ${printableJson(content)}\n`;
};
