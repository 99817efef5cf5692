/**
 * A block of the log index: changes of account data of all users in the order of the log. Columns of equal length as
 * JSON; `types` and `users` name what the columns `type` and `user` count. A block holds at most {@link logBlockRows}
 * rows, except where a late one had to be put between.
 *
 * @category model
 */
export interface LogBlock {
  readonly positions: number[];
  /** The log's time: the latest recording time up to that row, in milliseconds since the Unix epoch. It never steps back. */
  readonly times: number[];
  readonly revisions: number[];
  readonly type: number[];
  readonly user: number[];
  readonly types: string[];
  readonly users: string[];
}

/** One change in the log index. @category model */
export interface LogRow {
  readonly position: number;
  readonly time: number;
  readonly revision: number;
  readonly type: string;
  readonly userId: string;
}

/** @category model */
export const logBlockRows = 256;

/** @category constructors */
export const logBlockOf = (rows: ReadonlyArray<LogRow>): LogBlock => {
  const types = new Map<string, number>();
  const users = new Map<string, number>();
  const numberIn = (names: Map<string, number>, name: string): number => {
    const known = names.get(name);
    if (known !== undefined) return known;
    names.set(name, names.size);
    return names.size - 1;
  };
  return {
    positions: rows.map((row) => row.position),
    times: rows.map((row) => row.time),
    revisions: rows.map((row) => row.revision),
    type: rows.map((row) => numberIn(types, row.type)),
    user: rows.map((row) => numberIn(users, row.userId)),
    types: [...types.keys()],
    users: [...users.keys()],
  };
};

/** @category destructors */
export const logRowsOf = (block: LogBlock): LogRow[] =>
  block.positions.map((position, i) => ({
    position,
    time: block.times[i] as number,
    revision: block.revisions[i] as number,
    type: block.types[block.type[i] as number] as string,
    userId: block.users[block.user[i] as number] as string,
  }));

/** @category destructors */
export const parseLogBlock = (record: Buffer): LogBlock =>
  JSON.parse(record.toString('utf8', 0, record.length)) as LogBlock;
