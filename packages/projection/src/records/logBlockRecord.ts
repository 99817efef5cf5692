import { hasMadeBefore, type LogBlock } from './logBlock.js';
import { ColumnReader, columnBytes, writeColumn, writeCounts } from './columns.js';

/**
 * A block's record: how many rows, whether there is a column made (1 or 0), the columns positions, times, and made where it
 * differs from times, revisions, type and user ({@link writeColumn}, {@link writeCounts}), then the names: types, and users
 * behind two NULs, each list divided by NUL, which no name holds. A user without a server has that of the user before.
 */

const divider = '\0\0';

const shortened = (users: ReadonlyArray<string>): string => {
  let server: string | undefined;
  return users
    .map((user) => {
      const colon = user.indexOf(':');
      const its = user.slice(colon);
      if (its === server) return user.slice(0, colon);
      server = its;
      return user;
    })
    .join('\0');
};

const whole = (users: string): Array<string> => {
  let server = '';
  return users.split('\0').map((user) => {
    const colon = user.indexOf(':');
    if (colon < 0) return user + server;
    server = user.slice(colon);
    return user;
  });
};

/** The bytes of a block. @category combinators */
export const encodeLogBlock = (block: LogBlock): Buffer => {
  const count = block.positions.length;
  const names = block.types.join('\0') + divider + shortened(block.users);
  const isMadeBefore = hasMadeBefore(block);
  const memory = Buffer.allocUnsafe(10 + columnBytes(count) * 3 + count * 15 + names.length * 3);
  let at = writeCounts(memory, 0, [count, isMadeBefore ? 1 : 0]);
  for (const column of [block.positions, block.times, ...(isMadeBefore ? [block.made] : [])]) at = writeColumn(memory, at, column);
  for (const column of [block.revisions, block.type, block.user]) at = writeCounts(memory, at, column);
  return memory.subarray(0, at + memory.write(names, at, 'utf8'));
};

/** The block that bytes hold. @category destructors */
export const parseLogBlock = (record: Buffer): LogBlock => {
  const reader = new ColumnReader(record, 0);
  const [count = 0, isMadeBefore] = reader.counts(2);
  const positions = reader.column(count);
  const times = reader.column(count);
  const made = isMadeBefore === 1 ? reader.column(count) : [...times];
  const revisions = reader.counts(count);
  const type = reader.counts(count);
  const user = reader.counts(count);
  const [types = '', users = ''] = record.toString('utf8', reader.at, record.length).split(divider);
  return { positions, times, made, revisions, type, user, types: types.split('\0'), users: whole(users) };
};
