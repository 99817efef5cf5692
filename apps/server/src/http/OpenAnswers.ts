import type { Timers } from '@account-data/runtime';

/** How long an answer waits for its reader, and how much all of them may hold. @category model */
export interface UnreadLimits {
  /** Milliseconds in which a reader has to take what was written last. */
  readonly patience: number;
  /** Bytes that wait for their readers in all. Beyond it those that wait longest are cut off. */
  readonly bytes: number;
}

/** A minute, and 64 MiB of all answers together. @category constants */
export const defaultUnreadLimits: UnreadLimits = { patience: 60_000, bytes: 64 * 1024 * 1024 };

/** What an answer is written to: Node's `ServerResponse`. @category model */
export interface AnswerStream {
  readonly write: (text: string) => boolean;
  readonly end: () => unknown;
  readonly destroy: () => unknown;
  readonly once: (event: string, listener: () => void) => unknown;
  readonly off: (event: string, listener: () => void) => unknown;
  readonly destroyed: boolean;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  readonly writableLength: number;
  readonly writableNeedDrain: boolean;
}

/** An answer that is being written. @category model */
export interface OpenAnswer {
  /** Writes a part of it. `userId`: whose data that is, where the answer is about several. */
  readonly write: (text: string, userId?: string) => void;
  /** Undefined where the next part may follow at once; else resolved when the reader has taken the last one, or is gone. */
  readonly drained: () => Promise<void> | undefined;
  readonly isGone: () => boolean;
  /** Nothing more will be written. It is watched until its reader has taken all of it. */
  readonly end: () => void;
}

/**
 * The answers of a server that have not reached their readers yet. They share one bound of bytes; a reader that does not
 * read is cut off after a time; and once a user is erased, no answer goes on that is about that user.
 *
 * @category model
 */
export interface OpenAnswers {
  readonly open: (response: AnswerStream, about?: ReadonlySet<string>) => OpenAnswer;
  /** Watches an answer that was written as a whole. */
  readonly watch: (response: AnswerStream, about?: ReadonlySet<string>) => void;
  /** A user was erased: cuts off what still holds something of that user. */
  readonly forget: (userId: string) => void;
  /** Answers that were begun and have not reached their readers. */
  readonly count: () => number;
  /** Bytes that wait for readers. */
  readonly unread: () => number;
}

interface Entry {
  readonly response: AnswerStream;
  readonly about: ReadonlySet<string> | undefined;
  /** Whose data waits for the reader. */
  readonly unsent: Set<string>;
}

const nobody: ReadonlySet<string> = new Set();

/** Makes the watch over answers that their readers have not taken. @category constructors */
export const makeOpenAnswers = (timers: Timers, limits: UnreadLimits = defaultUnreadLimits): OpenAnswers => {
  const entries = new Set<Entry>();
  /** What each of those holds that wait for their readers, the longest waiting first. */
  const waiting = new Map<Entry, number>();
  let unread = 0;

  const enter = (response: AnswerStream, about: ReadonlySet<string> | undefined): Entry => {
    const entry: Entry = { response, about, unsent: new Set() };
    entries.add(entry);
    return entry;
  };

  const keepWithin = (): void => {
    for (const [entry, bytes] of waiting) {
      if (unread <= limits.bytes) return;
      waiting.delete(entry);
      unread -= bytes;
      entry.response.destroy();
    }
  };

  /** Resolved at the event, or when the reader is gone; cut off where neither comes in time. */
  const wait = (entry: Entry, event: 'drain' | 'finish'): Promise<void> =>
    new Promise((resolve) => {
      const { response } = entry;
      const settle = (): void => {
        cancel();
        response.off(event, settle);
        response.off('close', settle);
        unread -= waiting.get(entry) ?? 0;
        waiting.delete(entry);
        resolve();
      };
      const cancel = timers.setBackgroundTimeout(() => {
        response.destroy();
      }, limits.patience);
      response.once(event, settle);
      response.once('close', settle);
      const bytes = response.writableLength;
      waiting.set(entry, bytes);
      unread += bytes;
      keepWithin();
      if (response.destroyed) settle();
    });

  const finish = (entry: Entry): void => {
    const leave = (): void => {
      entries.delete(entry);
    };
    if (entry.response.writableFinished || entry.response.destroyed) leave();
    else void wait(entry, 'finish').then(leave);
  };

  return {
    open: (response, about) => {
      const entry = enter(response, about);
      return {
        write: (text, userId) => {
          if (userId !== undefined) entry.unsent.add(userId);
          response.write(text);
        },
        drained: () => {
          if (response.destroyed || !response.writableNeedDrain) {
            if (response.writableLength === 0) entry.unsent.clear();
            return undefined;
          }
          return wait(entry, 'drain').then(() => {
            entry.unsent.clear();
          });
        },
        isGone: () => response.destroyed,
        end: () => {
          if (!response.writableEnded && response.headersSent) response.end();
          finish(entry);
        },
      };
    },
    watch: (response, about) => {
      finish(enter(response, about));
    },
    forget: (userId) => {
      for (const { response, about = nobody, unsent } of entries) {
        if (about.has(userId) || unsent.has(userId)) response.destroy();
      }
    },
    count: () => entries.size,
    unread: () => unread,
  };
};
