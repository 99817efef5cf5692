import type { KeyDiff } from '@account-data/client';
import type { FoundEntry, FoundTags } from '../target/Target.js';
import { printable, printableJson } from './printable.js';

const placeOf = (roomId: string | null): string => (roomId === null ? '' : ` in room ${printable(roomId)}`);

/** What a user had, for a person: a line for each key, then one for each tag. */
export const stateText = (entries: ReadonlyArray<FoundEntry>, tags: ReadonlyArray<FoundTags>): string =>
  [
    ...entries.map(({ roomId, type, content, revision }) => `${printable(type)}${placeOf(roomId)}  revision ${revision}  ${printableJson(content)}\n`),
    ...tags.flatMap((room) =>
      Object.entries(room.tags).map(([tag, content]) => `tag ${printable(tag)} in room ${printable(room.roomId)}  ${printableJson(content)}\n`),
    ),
  ].join('');

/** What became of a key, for a person: added, removed or changed, and a line for each operation. */
export const diffText = ({ roomId, type, change, readable }: KeyDiff): string =>
  `${change} ${printable(type)}${placeOf(roomId)}\n${readable.map((line) => `    ${printable(line)}\n`).join('')}`;
