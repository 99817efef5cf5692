import { Position } from '@account-data/event-store';
import type { ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';

/**
 * A place in one log as clients hold it: sync tokens, cursors, feed ids and positions in answers. It names the log,
 * so that a place in another log is refused, not believed.
 *
 * `<position>_<log id>`, with position `start` before the first event.
 */

/** @category errors */
export type LogTokenFault = 'malformed' | 'other_log';

/** @category constructors */
export const logToken = (position: ReadFrom, logId: string): string => `${String(position)}_${logId}`;

/** @category destructors */
export const parseLogToken = (token: string, logId: string): E.Either<LogTokenFault, ReadFrom> => {
  const match = /^(start|0|[1-9][0-9]{0,19})_([0-9A-Za-z-]{1,64})$/.exec(token);
  const [, place, log] = match ?? [];
  if (place === undefined || log === undefined) return E.left('malformed');
  if (log !== logId) return E.left('other_log');
  return E.right(place === 'start' ? 'start' : Position(place));
};

/**
 * Tokens of positions as they advance: the text is made anew only when the position has moved.
 *
 * @category constructors
 */
export const cachedLogToken = (logId: string, position: () => ReadFrom): (() => string) => {
  let last: ReadFrom | undefined;
  let text = '';
  return () => {
    const current = position();
    if (current !== last) {
      last = current;
      text = logToken(current, logId);
    }
    return text;
  };
};
