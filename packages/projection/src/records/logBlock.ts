/**
 * A block of the log index: changes of account data of all users in the order of the log, in columns of equal length;
 * `types` and `users` name what the columns `type` and `user` count. A block holds at most {@link logBlockRows} rows,
 * except where a late one had to be put between.
 *
 * @category model
 */
export interface LogBlock {
  readonly positions: Array<number>;
  /** The log's time: the latest recording time up to that row, in milliseconds since the Unix epoch. It never steps back. */
  readonly times: Array<number>;
  /** When the change was made: by the log's time, or, of an import, before it. */
  readonly made: Array<number>;
  readonly revisions: Array<number>;
  readonly type: Array<number>;
  readonly user: Array<number>;
  readonly types: Array<string>;
  /** May name a user more than once. */
  readonly users: Array<string>;
}

/** One change in the log index. @category model */
export interface LogRow {
  readonly position: number;
  readonly time: number;
  readonly made: number;
  readonly revision: number;
  readonly type: string;
  readonly userId: string;
}

/** How many changes a block of the log's index has. @category model */
export const logBlockRows = 256;

/** A block without changes. @category constructors */
export const emptyLogBlock = (): LogBlock => ({
  positions: [],
  times: [],
  made: [],
  revisions: [],
  type: [],
  user: [],
  types: [],
  users: [],
});

/** Changes as the columns of a block, each type and user named once. @category constructors */
export const logBlockOf = (rows: ReadonlyArray<LogRow>): LogBlock => {
  const numberIn = (names: Map<string, number>, name: string): number => {
    const known = names.get(name);
    if (known !== undefined) return known;
    names.set(name, names.size);
    return names.size - 1;
  };
  const types = new Map<string, number>();
  const users = new Map<string, number>();
  return {
    positions: rows.map((row) => row.position),
    times: rows.map((row) => row.time),
    made: rows.map((row) => row.made),
    revisions: rows.map((row) => row.revision),
    type: rows.map((row) => numberIn(types, row.type)),
    user: rows.map((row) => numberIn(users, row.userId)),
    types: [...types.keys()],
    users: [...users.keys()],
  };
};

/** The changes of a block. @category destructors */
export const logRowsOf = (block: LogBlock): Array<LogRow> =>
  block.positions.map((position, i) => ({
    position,
    time: block.times[i] as number,
    made: block.made[i] as number,
    revision: block.revisions[i] as number,
    type: block.types[block.type[i] as number] as string,
    userId: block.users[block.user[i] as number] as string,
  }));

/**
 * What stands for a type among those that a block is found by where some of its changes were made before the log's time: no
 * type is empty.
 *
 * @category constants
 */
export const madeBefore = '';

/** Whether some of the changes of a block were made before the log's time. @category predicates */
export const hasMadeBefore = ({ made, times }: LogBlock): boolean => made.some((time, i) => time < (times[i] as number));

/** What a block is found by: its types, and {@link madeBefore}. @category destructors */
export const blockNames = (block: LogBlock): ReadonlyArray<string> => (hasMadeBefore(block) ? [...block.types, madeBefore] : block.types);

/**
 * A block's record: how many rows (uint32), whether there is a column made (uint32, 1 or 0), the columns positions, times, and
 * made where it differs from times (float64), revisions, type and user (uint32), then the names: types, and users behind two NULs, each list divided by NUL, which no
 * name holds. Little endian.
 */
const columnsAt = 8;
const wordsARow = 3;

/** Where the numbers of four bytes begin, and the names. */
const placesOf = (count: number, isMadeBefore: boolean): { readonly wordsAt: number; readonly namesAt: number } => {
  const wordsAt = columnsAt + count * (isMadeBefore ? 24 : 16);
  return { wordsAt, namesAt: wordsAt + count * wordsARow * 4 };
};

/** The bytes of a block. @category combinators */
export const encodeLogBlock = (block: LogBlock): Buffer => {
  const count = block.positions.length;
  const names = `${block.types.join('\0')}\0\0${block.users.join('\0')}`;
  const isMadeBefore = hasMadeBefore(block);
  const { wordsAt, namesAt } = placesOf(count, isMadeBefore);
  const memory = Buffer.allocUnsafeSlow(namesAt + names.length * 3);
  const doubles = new Float64Array(memory.buffer, columnsAt, (wordsAt - columnsAt) / 8);
  doubles.set(block.positions);
  doubles.set(block.times, count);
  if (isMadeBefore) doubles.set(block.made, count * 2);
  const words = new Uint32Array(memory.buffer, wordsAt, count * wordsARow);
  words.set(block.revisions);
  words.set(block.type, count);
  words.set(block.user, count * 2);
  memory.writeUInt32LE(count, 0);
  memory.writeUInt32LE(isMadeBefore ? 1 : 0, 4);
  return memory.subarray(0, namesAt + memory.write(names, namesAt, 'utf8'));
};

/** The block that bytes hold; they are copied. @category destructors */
export const parseLogBlock = (record: Buffer): LogBlock => {
  // A copy: columns are read at multiples of their size.
  const bytes = Uint8Array.prototype.slice.call(record, 0, record.length);
  const count = record.readUInt32LE(0);
  const isMadeBefore = record.readUInt32LE(4) === 1;
  const { wordsAt, namesAt } = placesOf(count, isMadeBefore);
  const doubles = new Float64Array(bytes.buffer, columnsAt, (wordsAt - columnsAt) / 8);
  const words = new Uint32Array(bytes.buffer, wordsAt, count * wordsARow);
  const times = Array.from(doubles.subarray(count, count * 2));
  const [types = '', users = ''] = record.toString('utf8', namesAt, record.length).split('\0\0');
  return {
    positions: Array.from(doubles.subarray(0, count)),
    times,
    made: isMadeBefore ? Array.from(doubles.subarray(count * 2)) : [...times],
    revisions: Array.from(words.subarray(0, count)),
    type: Array.from(words.subarray(count, count * 2)),
    user: Array.from(words.subarray(count * 2)),
    types: types.split('\0'),
    users: users.split('\0'),
  };
};

/** When the changes of a block were made, from the first to the last, as the record under {@link madeBefore} has it. @category combinators */
export const encodeMadeWindow = ({ made }: LogBlock): Buffer => {
  const window = Buffer.alloc(16);
  window.writeDoubleLE(made.reduce((a, b) => Math.min(a, b), Infinity), 0);
  window.writeDoubleLE(made.reduce((a, b) => Math.max(a, b), -Infinity), 8);
  return window;
};

/** The same from its record. @category destructors */
export const parseMadeWindow = (record: Buffer): { readonly first: number; readonly last: number } => ({
  first: record.readDoubleLE(0),
  last: record.readDoubleLE(8),
});
