import type { StreamNames } from '@account-data/domain';
import type { FollowedFault } from '@account-data/engine';
import { type EventStore, StreamName } from '@account-data/event-store';
import type { Runtime } from '@account-data/runtime';
import * as t from 'io-ts';
import { LastEvent } from './LastEvent.js';
import { keyText, type RowKey } from './SourceChange.js';

const rowCodec = t.readonly(
  t.type({
    table: t.union([t.literal('account_data'), t.literal('room_account_data'), t.literal('room_tags')]),
    userId: t.string,
    roomId: t.union([t.string, t.null]),
    /** The type of account data, or the tag. */
    type: t.string,
    place: t.string,
    code: t.string,
    /** A JSON pointer, from `/content` on into the content. */
    path: t.string,
    message: t.string,
  }),
);

const listCodec = t.readonly(
  t.type({
    rows: t.readonlyArray(rowCodec),
    /** Rows beyond those that are named. */
    more: t.number,
    /** How many changes of users were refused who were erased here. */
    erased: t.readonly(t.record(t.string, t.number)),
  }),
);

/** A row whose last change this log can't hold: what is here is older. It is named, without its content. @category model */
export type ParkedRow = t.TypeOf<typeof rowCodec>;

/** What was on the lists of a user. @category model */
export interface Released {
  readonly rows: number;
  /** That were left out, since the user was erased here. */
  readonly changes: number;
}

/** So many are named; the event that names them has to fit into one append. */
const mostNamed = 500;
const longestName = 300;

/** Rows that can't be in this log, and users who were erased here and are changed at the homeserver. */
export class ParkedRows {
  readonly #stored: LastEvent<t.TypeOf<typeof listCodec>>;
  readonly #rows = new Map<string, ParkedRow>();
  readonly #erased = new Map<string, number>();
  #more = 0;
  #isChanged = false;
  #saving: Promise<void> = Promise.resolve();

  constructor(store: EventStore, names: StreamNames, serverName: string, runtime: Runtime) {
    const stream = StreamName(names.followParked(serverName));
    this.#stored = new LastEvent({ store, stream, type: 'SynapseRowsParked', codec: listCodec, runtime });
  }

  async load(): Promise<void> {
    const list = await this.#stored.read();
    this.#rows.clear();
    this.#erased.clear();
    this.#more = list?.more ?? 0;
    for (const row of list?.rows ?? []) this.#rows.set(keyText(row), row);
    for (const [userId, count] of Object.entries(list?.erased ?? {})) this.#erased.set(userId, count);
    this.#isChanged = false;
  }

  /** Writes what changed since; at once where nothing did. */
  save(): Promise<void> {
    // One after the other, at the revision that the one before has left.
    const saved = this.#saving.then(() => this.#save());
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #save(): Promise<void> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    try {
      await this.#stored.write({ rows: this.rows(), more: this.#more, erased: Object.fromEntries(this.#erased) });
    } catch (error) {
      this.#isChanged = true;
      throw error;
    }
  }

  park(key: RowKey, place: string, { code, path, message }: FollowedFault): void {
    const text = keyText(key);
    this.#isChanged = true;
    if (!this.#rows.has(text) && this.#rows.size >= mostNamed) {
      this.#more += 1;
      return;
    }
    const named: RowKey = {
      ...key,
      userId: key.userId.slice(0, longestName),
      roomId: key.roomId?.slice(0, longestName) ?? null,
      type: key.type.slice(0, longestName),
    };
    this.#rows.set(text, { ...named, place, code, path: path.slice(0, longestName), message });
  }

  /** The row was changed to what this log can hold, or is gone. */
  settle(key: RowKey): void {
    if (this.#rows.size > 0 && this.#rows.delete(keyText(key))) this.#isChanged = true;
  }

  has(key: RowKey): boolean {
    return this.#rows.has(keyText(key));
  }

  /** A change of a user who was erased here was left out. */
  refuse(userId: string): void {
    this.#erased.set(userId, (this.#erased.get(userId) ?? 0) + 1);
    this.#isChanged = true;
  }

  /** Forgets the rows of a user; all of them where none is named, since they are about to be looked at anew. */
  clear(userId?: string): void {
    for (const [text, row] of this.#rows) {
      if (userId !== undefined && row.userId !== userId) continue;
      this.#rows.delete(text);
      this.#isChanged = true;
    }
    if (userId === undefined && this.#more > 0) {
      this.#more = 0;
      this.#isChanged = true;
    }
  }

  /** Forgets the rows of a user, and that changes were refused. */
  async release(userId: string): Promise<Released> {
    const rows = this.rows().filter((row) => row.userId === userId).length;
    const changes = this.#erased.get(userId) ?? 0;
    this.clear(userId);
    if (this.#erased.delete(userId)) this.#isChanged = true;
    await this.save();
    return { rows, changes };
  }

  rows(): ReadonlyArray<ParkedRow> {
    return [...this.#rows.values()];
  }

  /** How many rows are parked, those that are not named included. */
  count(): number {
    return this.#rows.size + this.#more;
  }

  erased(): ReadonlyMap<string, number> {
    return this.#erased;
  }
}
