import { parsePositionKey, positionKey, typeKey } from '../records/keys.js';
import {
  blockNames,
  emptyLogBlock,
  encodeMadeWindow,
  hasMadeBefore,
  logBlockOf,
  logBlockRows,
  logRowsOf,
  madeBefore,
  type LogBlock,
  type LogRow,
} from '../records/logBlock.js';
import { encodeLogBlock, parseLogBlock } from '../records/logBlockRecord.js';
import { rowPosition, rowRevision } from '../records/row.js';
import type { StorageReader, StorageWriter } from '../storage/ProjectionStorage.js';
import type { Pending } from './Pending.js';
import { putKey } from './putText.js';
import type { StreamState } from './StreamState.js';

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

const putBlock = (writer: StorageWriter, key: number, block: LogBlock): void => {
  const bytes = encodeLogBlock(block);
  writer.put('log', positionKey(key), bytes, 0, bytes.length);
  if (!hasMadeBefore(block)) return;
  const window = encodeMadeWindow(block);
  writer.put('types', typeKey(madeBefore, key), window, 0, window.length);
};

/** Writes a block anew, and the types it is found by. */
const replaceBlock = (writer: StorageWriter, stored: StoredLogBlock, rows: ReadonlyArray<LogRow>): void => {
  const block = logBlockOf(rows);
  const names = blockNames(block);
  for (const type of blockNames(stored.block)) {
    if (!names.includes(type)) writer.remove('types', typeKey(type, stored.key));
  }
  if (rows.length === 0) {
    writer.remove('log', positionKey(stored.key));
    return;
  }
  putBlock(writer, stored.key, block);
  for (const type of block.types) {
    if (!stored.block.types.includes(type)) putKey(writer, 'types', typeKey(type, stored.key));
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
  #block: LogBlock = emptyLogBlock();
  /** The number each type has in the block. */
  #types = new Map<string, number>();
  /** Tells blocks apart, so that a stream knows whether the block names its user already. */
  #serial = 0;
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
    const behind: Array<StoredLogBlock> = [];
    const from = position < 0 ? '' : `${positionKey(position)}\0`;
    storage.scan('log', { from, to: lastKey }, (key, value) => {
      behind.push({ key: parsePositionKey(key), block: parseLogBlock(value) });
    });
    const stored = position < 0 ? undefined : logBlockAt(storage, position);
    const rows = stored === undefined ? [] : logRowsOf(stored.block).filter((row) => row.position <= position);
    const cut = stored !== undefined && rows.length < stored.block.positions.length;
    if (behind.length > 0 || cut) {
      await storage.write((writer) => {
        for (const block of behind) replaceBlock(writer, block, []);
        if (cut) replaceBlock(writer, stored, rows);
      });
    }
    index.#last = rows.at(-1)?.position ?? (stored === undefined ? -1 : stored.key - 1);
    if (stored !== undefined && rows.length > 0 && rows.length < logBlockRows) index.#continue(stored.key, logBlockOf(rows));
    return index;
  }

  /** The position of the last row that was handed to {@link append}. */
  get last(): number {
    return this.#last;
  }

  /**
   * Writes the changes among the rows of a generation, from one to another (exclusive), behind all others. Gives the blocks
   * that are full now, in their order: {@link rewrite} in the same write does not find them in the storage.
   */
  append(writer: StorageWriter, pending: Pending, from: number, to: number): ReadonlyArray<StoredLogBlock> {
    const filled: Array<StoredLogBlock> = [];
    let touched = false;
    for (let row = from; row < to; row += 1) {
      const state = pending.stateOf(row);
      const type = pending.typeOf(row);
      // Tags and events without a key have no type; late rows are written by themselves.
      if (type === undefined || state.purged || pending.logTimeOf(row) < 0) continue;
      const bytes = pending.bufferOf(row);
      const offset = pending.offsetOf(row);
      const position = rowPosition(bytes, offset);
      if (position <= this.#last) continue;
      this.#add(writer, state, type, { position, time: pending.logTimeOf(row), made: pending.madeOf(row), revision: rowRevision(bytes, offset) });
      touched = true;
      if (this.#block.positions.length >= logBlockRows) {
        putBlock(writer, this.#key, this.#block);
        filled.push({ key: this.#key, block: this.#block });
        this.#begin();
        touched = false;
      }
    }
    if (touched) putBlock(writer, this.#key, this.#block);
    return filled;
  }

  #add(writer: StorageWriter, state: StreamState, type: string, { position, time, made, revision }: Omit<LogRow, 'type' | 'userId'>): void {
    if (this.#key < 0) this.#key = position;
    const block = this.#block;
    let typeNumber = this.#types.get(type);
    if (typeNumber === undefined) {
      typeNumber = block.types.length;
      block.types.push(type);
      this.#types.set(type, typeNumber);
      putKey(writer, 'types', typeKey(type, this.#key));
    }
    if (state.logBlock !== this.#serial) {
      state.logBlock = this.#serial;
      state.logUser = block.users.length;
      block.users.push(state.userId);
    }
    block.positions.push(position);
    block.times.push(time);
    block.made.push(made);
    block.revisions.push(revision);
    block.type.push(typeNumber);
    block.user.push(state.logUser);
    this.#last = position;
  }

  /**
   * Puts rows between others (their events were missed and read again) and removes all rows of erased users, whose
   * events' positions are told. `filled`: the blocks that were filled in this very write.
   */
  rewrite(
    storage: StorageReader,
    writer: StorageWriter,
    filled: ReadonlyArray<StoredLogBlock>,
    late: ReadonlyArray<LogRow>,
    purged: ReadonlyArray<{ readonly userId: string; readonly positions: ReadonlyArray<number> }>,
  ): void {
    const edited = new Map<number, { readonly stored: StoredLogBlock; rows: Array<LogRow> }>();
    const edit = (position: number): { rows: Array<LogRow> } => {
      const isOpen = this.#key >= 0 && position >= this.#key;
      const stored = isOpen
        ? { key: this.#key, block: this.#block }
        : (filled.findLast(({ key }) => key <= position) ?? logBlockAt(storage, position) ?? { key: position, block: emptyLogBlock() });
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
      else this.#continue(key, logBlockOf(rows));
    }
  }

  #begin(): void {
    this.#continue(-1, emptyLogBlock());
  }

  #continue(key: number, block: LogBlock): void {
    this.#key = key;
    this.#block = block;
    this.#types = new Map(block.types.map((type, number) => [type, number]));
    serials += 1;
    this.#serial = serials;
  }
}

let serials = 0;
