import { logBlockOf, logBlockRows, logRowsOf, parseLogBlock, type LogBlock, type LogRow } from '../records/logBlock.js';
import { parsePositionKey, positionKey, typeKey } from '../records/keys.js';
import type { StorageReader, StorageWriter } from '../storage/ProjectionStorage.js';

const lastKey = '\u{10FFFF}';

/** A stored block and the position it is filed under: not after its first row. @category model */
export interface StoredLogBlock {
  readonly key: number;
  readonly block: LogBlock;
}

/** The last block filed under a position up to `position` (inclusive). @category destructors */
export const logBlockAt = (storage: StorageReader, position: number): StoredLogBlock | undefined => {
  let found: StoredLogBlock | undefined;
  storage.scan('log', { from: '', to: `${positionKey(position)}\0`, reverse: true }, (key, value) => {
    found = { key: parsePositionKey(key), block: parseLogBlock(value) };
    return false;
  });
  return found;
};

/** The first block filed under a position after `position`. @category destructors */
export const logBlockAfter = (storage: StorageReader, position: number): StoredLogBlock | undefined => {
  let found: StoredLogBlock | undefined;
  storage.scan('log', { from: position < 0 ? '' : `${positionKey(position)}\0`, to: lastKey }, (key, value) => {
    found = { key: parsePositionKey(key), block: parseLogBlock(value) };
    return false;
  });
  return found;
};

/** Writes records made of strings: they are encoded one by one, so only for the few that are large or rare. */
export const putText = (writer: StorageWriter, table: Parameters<StorageWriter['put']>[0], key: string, text: string): void => {
  const bytes = Buffer.from(text, 'utf8');
  writer.put(table, key, bytes, 0, bytes.length);
};

const putBlock = (writer: StorageWriter, key: number, block: LogBlock): void => {
  putText(writer, 'log', positionKey(key), JSON.stringify(block));
};

/** Writes a block anew, and the types it is found by. */
const replaceBlock = (writer: StorageWriter, stored: StoredLogBlock, rows: ReadonlyArray<LogRow>): void => {
  const block = logBlockOf(rows);
  for (const type of stored.block.types) {
    if (!block.types.includes(type)) writer.remove('types', typeKey(type, stored.key));
  }
  if (rows.length === 0) {
    writer.remove('log', positionKey(stored.key));
    return;
  }
  putBlock(writer, stored.key, block);
  for (const type of block.types) {
    if (!stored.block.types.includes(type)) putText(writer, 'types', typeKey(type, stored.key), '');
  }
};

/**
 * The index of all users' changes by position and by type, as blocks that are filled one after the other. The last one
 * is kept in memory until it is full.
 *
 * @category model
 */
export class LogIndex {
  /** Where the block being filled is filed; -1 where none is begun. */
  #key = -1;
  #rows: LogRow[] = [];
  #types = new Set<string>();
  /** The position of the last row of the index as it is written. */
  #last = -1;

  /**
   * Finds the block to go on with, and removes what was written behind `position`: a flush of several writes was cut
   * off there, and its events come again.
   */
  static async open(
    storage: StorageReader & { readonly write: (fill: (writer: StorageWriter) => void) => Promise<void> },
    position: number,
  ): Promise<LogIndex> {
    const index = new LogIndex();
    const behind: string[] = [];
    const from = position < 0 ? '' : `${positionKey(position)}\0`;
    storage.scan('log', { from, to: lastKey }, (key) => {
      behind.push(key);
    });
    const stored = position < 0 ? undefined : logBlockAt(storage, position);
    const rows = stored === undefined ? [] : logRowsOf(stored.block).filter((row) => row.position <= position);
    const cut = stored !== undefined && rows.length < stored.block.positions.length;
    if (behind.length > 0 || cut) {
      await storage.write((writer) => {
        for (const key of behind) writer.remove('log', key);
        if (cut) replaceBlock(writer, stored, rows);
      });
    }
    index.#last = rows.at(-1)?.position ?? (stored === undefined ? -1 : stored.key - 1);
    if (stored !== undefined && rows.length > 0 && rows.length < logBlockRows) {
      index.#key = stored.key;
      index.#rows = rows;
      for (const row of rows) index.#types.add(row.type);
    }
    return index;
  }

  /** The position of the last row that was handed to {@link append}. */
  get last(): number {
    return this.#last;
  }

  /** Writes rows behind all others. They are in the order of their positions. */
  append(writer: StorageWriter, rows: ReadonlyArray<LogRow>): void {
    let touched = false;
    for (const row of rows) {
      if (this.#key < 0) this.#key = row.position;
      this.#rows.push(row);
      if (!this.#types.has(row.type)) {
        this.#types.add(row.type);
        putText(writer, 'types', typeKey(row.type, this.#key), '');
      }
      this.#last = row.position;
      touched = true;
      if (this.#rows.length >= logBlockRows) {
        this.#write(writer);
        this.#begin();
        touched = false;
      }
    }
    if (touched) this.#write(writer);
  }

  /**
   * Puts rows between others (their events were missed and read again) and removes all rows of erased users, whose
   * events' positions are told.
   */
  rewrite(
    storage: StorageReader,
    writer: StorageWriter,
    late: ReadonlyArray<LogRow>,
    purged: ReadonlyArray<{ readonly userId: string; readonly positions: ReadonlyArray<number> }>,
  ): void {
    const edited = new Map<number, { readonly stored: StoredLogBlock; rows: LogRow[] }>();
    const edit = (position: number): { rows: LogRow[] } => {
      const isOpen = this.#key >= 0 && position >= this.#key;
      const stored = isOpen
        ? { key: this.#key, block: logBlockOf(this.#rows) }
        : (logBlockAt(storage, position) ?? { key: position, block: logBlockOf([]) });
      const known = edited.get(stored.key);
      if (known !== undefined) return known;
      const begun = { stored, rows: logRowsOf(stored.block) };
      edited.set(stored.key, begun);
      return begun;
    };
    for (const row of late) {
      const { rows } = edit(row.position);
      const at = rows.findIndex(({ position }) => position >= row.position);
      if (rows[at]?.position !== row.position) rows.splice(at < 0 ? rows.length : at, 0, row);
    }
    for (const { userId, positions } of purged) {
      for (const position of positions) edit(position);
      for (const block of edited.values()) block.rows = block.rows.filter((row) => row.userId !== userId);
    }
    for (const [key, { stored, rows }] of edited) {
      replaceBlock(writer, stored, rows);
      if (key !== this.#key) continue;
      if (rows.length === 0) this.#begin();
      else {
        this.#rows = rows;
        this.#types = new Set(rows.map(({ type }) => type));
      }
    }
  }

  #write(writer: StorageWriter): void {
    putBlock(writer, this.#key, logBlockOf(this.#rows));
  }

  #begin(): void {
    this.#key = -1;
    this.#rows = [];
    this.#types = new Set();
  }
}
