import type { AccountDataEngine } from '@account-data/engine';
import { Position } from '@account-data/event-store';
import type { ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';

/**
 * A place in one log as clients hold it: sync tokens, cursors, feed ids and positions in answers. It names the log,
 * so that a place in another log is refused, not believed.
 *
 * `<position>_<log id>_<epoch>`, with position `start` before the first event. The epoch tells a place in a history that was
 * lost (an older copy of the log took its place) from one in this log; without it (older tokens, and places that the server
 * has not read as far) only the end of the log can tell.
 */

/** Why a token names no place in this log. @category errors */
export type LogTokenFault = 'malformed' | 'other_log';

/** The log that a token names. @category model */
export type TokenLog = Pick<AccountDataEngine, 'logId' | 'epochAt' | 'givenUpTo'>;

/** The place that a token names; `epoch` is absent in older tokens and where it was not known. @category model */
export interface LogPlace {
  readonly position: ReadFrom;
  readonly epoch: string | undefined;
}

/** The token of a position, with its epoch where reads reflect it. @category constructors */
export const logToken = (position: ReadFrom, { logId, epochAt, givenUpTo }: TokenLog): string => {
  const given = givenUpTo(position);
  return placeToken(logId, given, epochAt(given));
};

/** The token of a place as a client named it. @category constructors */
export const placeToken = (logId: string, position: ReadFrom, epoch: string | undefined): string =>
  `${String(position)}_${logId}${epoch === undefined ? '' : `_${epoch}`}`;

/** The place that a token names, of this log only. @category destructors */
export const parseLogToken = (token: string, logId: string): E.Either<LogTokenFault, LogPlace> => {
  const match = /^(start|0|[1-9][0-9]{0,19})_([0-9A-Za-z-]{1,64})(?:_([0-9A-Za-z]{1,8}))?$/.exec(token);
  const [, place, log, epoch] = match ?? [];
  if (place === undefined || log === undefined) return E.left('malformed');
  if (log !== logId) return E.left('other_log');
  return E.right({ position: place === 'start' ? 'start' : Position(place), epoch });
};

/**
 * Tokens of positions as they advance: the text is made anew only when the position has moved.
 *
 * @category constructors
 */
export const cachedLogToken = (log: TokenLog, position: () => ReadFrom): (() => string) => {
  let last: ReadFrom | undefined;
  let text = '';
  return () => {
    const current = position();
    if (current !== last) {
      last = current;
      text = logToken(current, log);
    }
    return text;
  };
};
