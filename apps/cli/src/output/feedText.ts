import type { FeedLine } from '../target/Target.js';
import { printable, printableJson } from './printable.js';

const textOf = (value: unknown): string => (typeof value === 'string' ? printable(value) : '');

const isContent = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const whatOf = ({ event, data }: FeedLine): string => {
  const room = typeof data['room_id'] === 'string' ? ` in room ${printable(data['room_id'])}` : '';
  const content = isContent(data['content']) ? printableJson(data['content']) : '';
  switch (event) {
    case 'account_data_updated':
      return content === '{}' ? `deleted ${textOf(data['type'])}${room}` : `set ${textOf(data['type'])}${room} to ${content}`;
    case 'room_tag_set':
      return `set tag ${textOf(data['tag'])}${room} to ${content}`;
    case 'room_tag_removed':
      return `removed tag ${textOf(data['tag'])}${room}`;
    case 'user_erased':
      return 'was erased';
    case 'position_lost':
      return `the log lost what came after position ${textOf(data['shared'])}: an older copy took its place, and what follows goes on from there`;
    default:
      return printable(event);
  }
};

/** A change of the feed on a line, for a person. */
export const feedText = (line: FeedLine): string => `${textOf(line.data['time'])}  ${textOf(line.data['user_id'])}  ${whatOf(line)}\n`;
