import { type AccountDataLog, accessPlaceText, parseAccessPlace } from '@account-data/engine/log';
import type { Target } from '../Target.js';
import { answerOf } from './folderError.js';

/** Who looked through the server of the folder. */
export const folderAccessLog = (log: AccountDataLog): Pick<Target, 'accessLog'> => ({
  accessLog: async ({ cursor, limit = 100, userId, actor, kind } = {}) => {
    const after = cursor === undefined ? undefined : parseAccessPlace(cursor);
    const page = await answerOf(
      log.accessLog.page({
        limit,
        ...(userId === undefined ? {} : { userId }),
        ...(actor === undefined ? {} : { actor }),
        ...(kind === undefined ? {} : { kind }),
        ...(after === undefined ? {} : { after }),
      }),
    );
    return { entries: page.entries, ...(page.next === undefined ? {} : { next: accessPlaceText(page.next) }) };
  },
});
