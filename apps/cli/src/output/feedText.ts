import type { FeedEvent, FeedPositionLost } from '@account-data/client';
import { isEmptyContent } from '@account-data/domain';
import type { Look } from './look.js';
import { printable, printableJson } from './printable.js';

const inRoom = (roomId: string | null): string => (roomId === null ? '' : ` in room ${printable(roomId)}`);

const whatOf = (event: FeedEvent): string => {
  switch (event._tag) {
    case 'AccountDataUpdated':
      return isEmptyContent(event.content)
        ? `deleted ${printable(event.type)}${inRoom(event.roomId)}`
        : `set ${printable(event.type)}${inRoom(event.roomId)} to ${printableJson(event.content)}`;
    case 'RoomTagSet':
      return `set tag ${printable(event.tag)}${inRoom(event.roomId)} to ${printableJson(event.content)}`;
    case 'RoomTagRemoved':
      return `removed tag ${printable(event.tag)}${inRoom(event.roomId)}`;
    case 'UserErased':
      return 'was erased';
  }
};

/** A change of the feed on a line, for a person. */
export const feedText = (item: FeedEvent | FeedPositionLost, look: Look): string =>
  item._tag === 'PositionLost'
    ? `The log lost what came after position ${item.position}: an older copy took its place, and what follows goes on from there.\n`
    : `${look.time(item.time)}  ${printable(item.userId)}  ${whatOf(item)}\n`;
