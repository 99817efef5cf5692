import { jsonEquals, type JsonObject } from '@account-data/domain';
import type { AnsweredChange, AskedChange, AskedOutcome, AskHomeserver, HomeserverError } from '@account-data/engine';
import { homeserverUnavailable, homeserverUnconfirmed } from '@account-data/engine';
import * as E from 'fp-ts/lib/Either.js';
import { readContent } from '../content/readContent.js';
import type { Lsn } from '../Lsn.js';
import { keyText, type PlacedChange, type RowKey } from '../SourceChange.js';
import { type HomeserverAccess, requestChange } from './requestChange.js';

/** What a follow that streams changes lends to commands. */
export interface CommandSession {
  /** Where the database writes next: what is committed later stands there or behind it. Rejects with the client's error. */
  readonly before: () => Promise<Lsn>;
  /** A place behind everything that was committed, which is durable and will be reached. Rejects with the client's error. */
  readonly after: () => Promise<Lsn>;
  readonly isExcluded: (key: RowKey) => boolean;
  /** Has `judge` asked again, which may come to something else than before. */
  readonly remind: () => void;
}

/** Which changes answer commands. */
export type Answers = ReadonlyMap<PlacedChange, AnsweredChange>;

interface Pending {
  readonly asked: AskedChange;
  readonly key: RowKey;
  /** What the row holds when the change has been made; null: it is gone. */
  readonly content: JsonObject | null;
  readonly from: Lsn;
  /** Known once the homeserver has said that it is done: the change was committed before it. */
  to: Lsn | undefined;
  readonly settle: (outcome: E.Either<HomeserverError, AskedOutcome>) => void;
}

/** How long a change may take to come back after the homeserver has made it, in milliseconds. */
const returnTime = 10_000;

/**
 * Sends commands for followed users to their homeserver, and knows their changes again when they come back. Synapse's tables have no
 * room for who asked, so that is told from the write-ahead log: between a place before the request and one after its answer
 * exactly one row of ours was written. If there is one of that key and content between them, it is that one. If there are more,
 * somebody else wrote the same meanwhile, and none is said to be ours.
 */
export class HomeserverCommands {
  readonly #access: HomeserverAccess;
  readonly #pending = new Map<string, Pending>();
  #session: CommandSession | undefined;

  constructor(access: HomeserverAccess) {
    this.#access = access;
  }

  /** See {@link AskHomeserver}: one change of a key at a time. */
  readonly ask: AskHomeserver = async (asked) => {
    const session = this.#session;
    if (session === undefined) return E.left(homeserverUnavailable('The homeserver is not followed at the moment, so that a change would not come back. Nothing was changed.'));
    const { key, content } = rowAfter(asked);
    if (session.isExcluded(key)) return E.left(homeserverUnavailable('This type of account data is not followed (exclude_types): it is changed at the homeserver. Nothing was changed.'));
    const from = await placeOf(session.before);
    if (from === undefined || this.#session !== session) return E.left(homeserverUnavailable('The homeserver\'s database can not be asked. Nothing was changed.'));
    return this.#send({ asked, key, content, from }, session);
  };

  attach(session: CommandSession): void {
    this.#session = session;
  }

  /** The follow was interrupted: what is on its way comes back later, and is not known again then. */
  detach(): void {
    this.#session = undefined;
    for (const { settle } of this.#pending.values()) settle(lost);
  }

  /**
   * Which of the changes answer commands, where everything before a place has been given. Undefined: it can't be told yet, and the
   * changes have to wait.
   */
  judge(changes: ReadonlyArray<PlacedChange>, reached: Lsn): Answers | undefined {
    if (this.#pending.size === 0) return noAnswers;
    const candidates = this.#candidates(changes);
    const answers = new Map<PlacedChange, AnsweredChange>();
    for (const [text, { asked, to, settle }] of [...this.#pending]) {
      const found = candidates.get(text) ?? [];
      const last = found.at(-1);
      if (to === undefined || reached < to) {
        if (last !== undefined) return undefined;
      } else if (last === undefined) settle(E.right('nothing-written'));
      else answers.set(last, { asked, isCertain: found.length === 1 });
    }
    return answers;
  }

  /** What answers commands is in the log, or can't be. */
  settle(answers: Answers): void {
    for (const { asked } of answers.values()) {
      for (const pending of this.#pending.values()) if (pending.asked === asked) pending.settle(E.right('written'));
    }
  }

  #candidates(changes: ReadonlyArray<PlacedChange>): ReadonlyMap<string, ReadonlyArray<PlacedChange>> {
    const candidates = new Map<string, Array<PlacedChange>>();
    for (const placed of changes) {
      const { change, commit } = placed;
      if (change._tag !== 'RowWritten' && change._tag !== 'RowDeleted') continue;
      const text = keyText(change.key);
      const pending = this.#pending.get(text);
      if (pending === undefined || commit < pending.from || (pending.to !== undefined && commit >= pending.to)) continue;
      if (!holds(change._tag === 'RowDeleted' ? null : change.content, pending.content)) continue;
      const found = candidates.get(text);
      if (found === undefined) candidates.set(text, [placed]);
      else found.push(placed);
    }
    return candidates;
  }

  #send(command: Pick<Pending, 'asked' | 'key' | 'content' | 'from'>, session: CommandSession): Promise<E.Either<HomeserverError, AskedOutcome>> {
    const text = keyText(command.key);
    const { runtime } = this.#access;
    return new Promise((resolve) => {
      let cancel = (): void => undefined;
      const pending: Pending = {
        ...command,
        to: undefined,
        settle: (outcome) => {
          cancel();
          if (this.#pending.get(text) !== pending) return;
          this.#pending.delete(text);
          this.#session?.remind();
          resolve(outcome);
        },
      };
      this.#pending.set(text, pending);
      void requestChange(command.asked, this.#access).then(async (answer) => {
        if (E.isLeft(answer)) {
          pending.settle(answer);
          return;
        }
        const to = await placeOf(session.after);
        if (to === undefined) pending.settle(lost);
        else if (this.#pending.get(text) === pending) {
          pending.to = to;
          cancel = runtime.timers.setTimeout(() => {
            pending.settle(lost);
          }, returnTime);
          session.remind();
        }
      });
    });
  }
}

/** Where nobody asked for anything. @category constants */
export const noAnswers: Answers = new Map();

const lost = E.left(homeserverUnconfirmed('The homeserver was asked, but the follow was interrupted, or the change did not come back in time. It comes later, and is in the history here as the homeserver\'s own.'));

const placeOf = (ask: () => Promise<Lsn>): Promise<Lsn | undefined> => ask().catch(() => undefined);

const rowAfter = ({ event }: AskedChange): Pick<Pending, 'key' | 'content'> => {
  const { data } = event;
  const { userId, roomId } = data;
  if (event.type === 'AccountDataUpdated') {
    const { type, content } = event.data;
    return { key: { table: roomId === null ? 'account_data' : 'room_account_data', userId, roomId, type }, content: asSent(content) };
  }
  const key: RowKey = { table: 'room_tags', userId, roomId, type: event.data.tag };
  return { key, content: event.type === 'RoomTagSet' ? asSent(event.data.content) : null };
};

/** -0 is sent as 0. */
const asSent = (content: JsonObject): JsonObject => JSON.parse(JSON.stringify(content)) as JsonObject;

/** Whether a row that holds this text (null: it is gone; undefined: the database did not say) may be what was asked for. */
const holds = (text: string | null | undefined, content: JsonObject | null): boolean => {
  if (text === undefined) return content !== null;
  if (text === null || content === null) return text === content;
  const read = readContent(text);
  return E.isRight(read) && jsonEquals(read.right as JsonObject, content);
};
