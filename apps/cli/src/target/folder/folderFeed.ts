import { PositionCodec } from '@account-data/domain';
import type { AccountDataLog } from '@account-data/engine/log';
import type { ReadFrom } from '@account-data/event-store';
import type { Target } from '../Target.js';
import { folderError } from './folderError.js';

/** @throws ClientError where it is the place of something else */
const placeOf = (after: string): ReadFrom | 'now' => {
  if (after === 'start' || after === 'now' || PositionCodec.is(after)) return after;
  throw folderError('usage', '--after is "start", "now" or the id of a line that feed printed for this folder.');
};

/** The feed of the log itself; its ids are positions. */
export const folderFeed = (log: AccountDataLog): Pick<Target, 'feed'> => ({
  async *feed({ after = 'now', heartbeat, signal, toEnd, ...filter } = {}) {
    const place = placeOf(after);
    try {
      for await (const item of log.feed({
        after: place,
        filter,
        toEnd: toEnd === true,
        ...(heartbeat === undefined ? {} : { heartbeat }),
        ...(signal === undefined ? {} : { signal }),
      })) {
        yield { ...item, id: String(item.position) };
      }
    } catch (error) {
      throw folderError('feed_failed', `The log can be read no longer: ${error instanceof Error ? error.message : 'the store failed'}.`);
    }
  },
});
