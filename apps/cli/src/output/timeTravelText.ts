import type { KeyDiff } from '@account-data/client';
import type { FoundEntry, FoundTags } from '../target/Target.js';
import { contentDiff } from './contentDiff.js';
import type { Look } from './look.js';
import { printable, printableJson } from './printable.js';

const placeOf = (roomId: string | null): string => (roomId === null ? '' : ` in room ${printable(roomId)}`);

/** What a user had, for a person: a line for a key, or one for each tag of a room. */
export const stateText = (item: FoundEntry | FoundTags): string =>
  'tags' in item
    ? Object.entries(item.tags)
        .map(([tag, content]) => `tag ${printable(tag)} in room ${printable(item.roomId)}  ${printableJson(content)}\n`)
        .join('')
    : `${printable(item.type)}${placeOf(item.roomId)}  revision ${item.revision}  ${printableJson(item.content)}\n`;

/** What became of a key, for a person: added, removed or changed, and a line for each operation; on a terminal as one diff. */
export const diffText = ({ roomId, type, change, before, after, readable }: KeyDiff, look: Look): string =>
  `${look.paint('strong', `${change} ${printable(type)}${placeOf(roomId)}`)}\n${
    look.isTerminal ? contentDiff(before, after, look, '    ') : readable.map((line) => `    ${printable(line)}\n`).join('')
  }`;
