import { isUserId } from '@account-data/domain';
import type { AnsweredChange, FollowedChanges, FollowedRecord, FollowedResult } from '@account-data/engine';
import * as E from 'fp-ts/lib/Either.js';
import type { Answers } from './commands/HomeserverCommands.js';
import { readContent } from './content/readContent.js';
import type { FollowedLog } from './FollowedLog.js';
import type { FollowLogger } from './FollowLogger.js';
import { FollowError } from './FollowError.js';
import type { ParkedRows } from './ParkedRows.js';
import { contentHere, deletedRecord, type RecordFacts, writtenRecord } from './records.js';
import type { PlacedChange, RowKey } from './SourceChange.js';

/** What changes are applied to, and how. */
export interface ApplierOptions {
  readonly log: FollowedLog;
  readonly parked: ParkedRows;
  readonly serverName: string;
  readonly excludeTypes: ReadonlySet<string>;
  readonly logger: FollowLogger;
}

/** How many changes are appended at once. */
const recordsAtOnce = 2_000;

interface Waiting {
  readonly key: RowKey;
  readonly record: FollowedRecord;
}

/**
 * Puts changes of the homeserver into the log, in their order. What is not a change of account data or tags (an erasure)
 * waits for the changes before it. A change that the log can't hold is parked with its row named; a later one of the same
 * row that it can hold settles that.
 */
export class ChangeApplier {
  readonly #options: ApplierOptions;
  readonly #append: FollowedChanges;
  #waiting: Array<Waiting> = [];
  #appending: Promise<void> = Promise.resolve();
  #appended = 0;
  /** Until reads show what was appended last. */
  #shown: FollowedResult['shown'] | undefined;

  constructor(options: ApplierOptions) {
    this.#options = options;
    this.#append = options.log.followed(`synapse-follow:${options.serverName}`);
  }

  /** Begins anew, after a failure as well: what was given and is not appended is forgotten, since all of it is given again. */
  async restart(): Promise<void> {
    this.#waiting = [];
    await this.#appending.catch(() => undefined);
    this.#appending = Promise.resolve();
  }

  /** How many changes were appended. */
  appended(): number {
    return this.#appended;
  }

  /** Resolved when all are durable; `answers` has those that were asked for here. @throws FollowError where a table was emptied, so that everything is to be compared */
  async apply(changes: Iterable<PlacedChange>, answers: Answers): Promise<void> {
    for (const placed of changes) {
      const { place, time, change } = placed;
      const answered = answers.get(placed);
      switch (change._tag) {
        case 'RowWritten':
          await this.#write(change.key, change.content, this.#facts(place, true, time, answered));
          break;
        case 'RowDeleted':
          await this.delete(change.key, this.#facts(place, false, time, answered));
          break;
        case 'UserErased':
          await this.erase(change.userId);
          break;
        case 'ErasureRevoked':
          this.#options.logger.log('warn', 'The homeserver took an erasure back. Here it is final: changes of that user are refused, and counted.', { user_id: change.userId });
          break;
        case 'TableTruncated':
          await this.flush();
          throw new FollowError('table_truncated', `The table ${change.table} was emptied. What is here is compared with what is there.`);
      }
    }
    await this.flush();
  }

  /** Takes over what a row holds. Resolved when there is room for more; `flush` makes it durable. */
  async take(key: RowKey, content: unknown, facts: Omit<RecordFacts, 'serverName'>): Promise<void> {
    await this.#add(key, writtenRecord(key, content, { ...facts, serverName: this.#options.serverName }));
  }

  /** The row is gone. */
  async delete(key: RowKey, facts: Omit<RecordFacts, 'serverName' | 'callbacks'>): Promise<void> {
    if (!this.isExcluded(key)) await this.#add(key, deletedRecord(key, { ...facts, serverName: this.#options.serverName }));
  }

  /** Whether rows of that type are not followed. */
  isExcluded({ table, type }: RowKey): boolean {
    return table !== 'room_tags' && this.#options.excludeTypes.has(type);
  }

  /** Erases a user here, too. */
  async erase(userId: string): Promise<void> {
    await this.flush();
    const { log, parked, serverName, logger } = this.#options;
    parked.clear(userId);
    if (!isUserId(userId) || log.projection.erased(userId)) return;
    try {
      await log.eraseUser(userId, { actor: { kind: 'synapse', id: serverName }, reason: 'Erased at the homeserver' });
    } catch (error) {
      // Recorded is enough: what is not done yet is tried again by the engine.
      if (!log.projection.erased(userId)) throw error;
      logger.log('warn', 'A user was erased, as at the homeserver, but not everything is done. It is tried again.', { user_id: userId });
    }
  }

  /** Names a row that can't be here. */
  park(key: RowKey, place: string, fault: Parameters<ParkedRows['park']>[2]): void {
    const { parked, logger } = this.#options;
    parked.park(key, place, fault);
    const { table, userId, roomId, type } = key;
    logger.log('warn', 'A row of the homeserver can not be in this log, and is parked: what is here is older.', {
      table,
      user_id: userId,
      room_id: roomId,
      type,
      code: fault.code,
    });
  }

  /** Makes durable what was given so far, with what is to be said of it; resolved when reads show it. */
  async flush(): Promise<void> {
    await this.#begin();
    await this.#appending;
    const shown = this.#shown;
    this.#shown = undefined;
    // Once for all that was appended meanwhile: the log takes the next part without waiting for reads.
    await shown?.();
    await this.#options.parked.save();
  }

  /** Begins to append what waits, when what was begun before is durable: the next changes are read meanwhile. */
  async #begin(): Promise<void> {
    await this.#appending;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#appending = this.#appendAll(waiting);
    // Whoever waits for it next is told.
    this.#appending.catch(() => undefined);
  }

  async #appendAll(waiting: ReadonlyArray<Waiting>): Promise<void> {
    const result = await this.#append(waiting.map(({ record }) => record));
    this.#appended += result.appended;
    this.#shown = result.shown;
    const { log, parked } = this.#options;
    waiting.forEach(({ key, record }, index) => {
      const fault = result.refused.get(index);
      if (fault !== undefined) this.park(key, record.source_id, fault);
      else if (result.erased > 0 && log.projection.erased(key.userId)) parked.refuse(key.userId);
      else parked.settle(key);
    });
  }

  async #write(key: RowKey, text: string | undefined, facts: Omit<RecordFacts, 'serverName'>): Promise<void> {
    if (this.isExcluded(key)) return;
    if (text !== undefined) {
      const read = readContent(text);
      if (E.isRight(read)) await this.take(key, read.right, facts);
      else {
        // What the row held before is appended, and settled, before.
        await this.flush();
        this.park(key, facts.place, read.left);
      }
      return;
    }
    // The database does not send a large content that an update left as it was: it is what is here.
    await this.flush();
    const { log, parked } = this.#options;
    if (parked.has(key)) return;
    const content = contentHere(log, key);
    if (content === undefined) this.park(key, facts.place, { code: 'content_not_sent', path: '/content', message: 'The database did not send the content, and it is not here.' });
    else await this.take(key, content, facts);
  }

  async #add(key: RowKey, record: FollowedRecord): Promise<void> {
    const { log, parked } = this.#options;
    if (log.projection.erased(key.userId)) {
      parked.refuse(key.userId);
      return;
    }
    this.#waiting.push({ key, record });
    if (this.#waiting.length >= recordsAtOnce) await this.#begin();
  }

  #facts(place: string, callbacks: boolean, time: number, answers: AnsweredChange | undefined): Omit<RecordFacts, 'serverName'> {
    return { place, callbacks, time, ...(answers === undefined ? {} : { answers }) };
  }
}
