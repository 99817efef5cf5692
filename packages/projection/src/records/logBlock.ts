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
