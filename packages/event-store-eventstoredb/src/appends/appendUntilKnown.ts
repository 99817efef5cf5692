import type { AppendError, AppendResult, OutcomeUnknown, StreamName } from '@account-data/event-store';
import { backoffDelay, pause } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import { describeFault, serverFault } from '../faults/ServerFault.js';
import { accessDenied, type StoreContext, unavailable } from '../reads/retryRead.js';
import type { PreparedAppend } from '../wire/appendRequests.js';
import type { AttemptOutcome } from './AttemptOutcome.js';
import { findAppended } from './findAppended.js';

const outcomeUnknown = (name: string, stream: StreamName, reason: string): OutcomeUnknown => ({
  _tag: 'OutcomeUnknown',
  code: 'outcome_unknown',
  stream,
  message: `It is not known whether ${name} appended to ${stream}: ${reason}. Append the same event ids with the same expected revision again to find out.`,
});

/** An append's story so far. */
interface Progress {
  /** Set once an attempt may have written: why that is not known. */
  unknown: string | undefined;
  /** Why the last attempt came to nothing. */
  reason: string;
}

/** What a server says for good ends the append; undefined where it is to be tried again. */
const conclude = (
  { name }: StoreContext,
  stream: StreamName,
  { expected }: PreparedAppend,
  bytes: number,
  outcome: AttemptOutcome,
  progress: Progress,
): E.Either<AppendError, AppendResult> | undefined => {
  switch (outcome._tag) {
    case 'Appended':
      return E.right(outcome.position === undefined ? { revision: outcome.revision } : { revision: outcome.revision, position: outcome.position });
    case 'WrongRevision':
      // Also after an attempt of unknown outcome: had that one written, the same ids would have been acknowledged.
      return E.left({ _tag: 'RevisionConflict', code: 'revision_conflict', stream, expected, actual: outcome.actual });
    case 'Tombstoned':
      return E.left({ _tag: 'StreamTombstoned', code: 'stream_tombstoned', stream });
    case 'TooLarge':
      return E.left({ _tag: 'BatchTooLarge', code: 'batch_too_large', bytes: outcome.bytes ?? bytes, limit: outcome.limit });
    case 'AccessDenied':
      return E.left(progress.unknown === undefined ? accessDenied(name, `append to ${stream}`) : outcomeUnknown(name, stream, progress.unknown));
    case 'Refused':
      // The request is not one that this server understands: a fault of this program, not of what was asked.
      throw new Error(`${name} refused an append to ${stream} as malformed: ${outcome.reason}`);
    case 'NotWritten':
      progress.reason = outcome.reason;
      return undefined;
    case 'Unknown':
      progress.reason = outcome.reason;
      progress.unknown = outcome.reason;
      return undefined;
  }
};

/**
 * Appends, and finds out what came of it: an attempt whose outcome is unknown is made again with the same ids and the
 * original expected revision, which the server acknowledges where it has them already. It gives up when the time for
 * appends is over, as `OutcomeUnknown` if any attempt may have written, else as `StoreUnavailable`.
 *
 * With `any` a retry is preceded by a look at the end of the stream: the server's own idempotence is best effort there.
 *
 * @category combinators
 */
export const appendUntilKnown = async (
  context: StoreContext,
  stream: StreamName,
  append: PreparedAppend,
  bytes: number,
): Promise<E.Either<AppendError, AppendResult>> => {
  const { runtime, timeouts, name } = context;
  const end = runtime.clock.monotonic() + timeouts.append;
  const progress: Progress = { unknown: undefined, reason: '' };
  for (let round = 1; ; round += 1) {
    const left = Math.min(timeouts.attempt, end - runtime.clock.monotonic());
    // An attempt that is hardly given time would only make unknown what was known.
    if (round > 1 && left < timeouts.retry.first) return E.left(givenUp(name, stream, progress));
    const mayRepeat = progress.unknown === undefined || append.expected !== 'any' || (await isAbsent(context, append, left, progress));
    if (mayRepeat === true) {
      const conclusion = conclude(context, stream, append, bytes, await context.appender.attempt(append, left), progress);
      if (conclusion !== undefined) return conclusion;
    } else if (mayRepeat !== false) return E.right(mayRepeat);
    const delay = backoffDelay(runtime, timeouts.retry, round);
    if (runtime.clock.monotonic() + delay >= end) return E.left(givenUp(name, stream, progress));
    await pause(runtime, delay);
  }
};

const givenUp = (name: string, stream: StreamName, { unknown, reason }: Progress): AppendError =>
  unknown === undefined ? unavailable(name, reason) : outcomeUnknown(name, stream, reason);

/** True where the append is not in the stream, what came of it where it is, false where the server did not tell. */
const isAbsent = async (
  context: StoreContext,
  append: PreparedAppend,
  milliseconds: number,
  progress: Progress,
): Promise<AppendResult | boolean> => {
  try {
    return (await findAppended(context, append, milliseconds)) ?? true;
  } catch (error) {
    const fault = serverFault(error);
    if (fault._tag === 'Tombstoned') return true;
    progress.reason = describeFault(fault);
    return false;
  }
};
