import { PositionCodec } from '@account-data/domain';
import type { AccountDataLog } from '@account-data/engine/log';
import { type EventStore, isAfter, plus, type Position, type ReadFrom } from '@account-data/event-store';
import type { Target } from '../Target.js';
import { answerOf, folderError } from './folderError.js';

/** Where a line of a feed stands: its position and, but for ids of older versions, its event, by which the log is known again. */
interface Place {
  readonly after: ReadFrom | 'now';
  readonly eventId?: string;
}

/** @throws ClientError where it is the place of something else */
const placeOf = (given: string): Place => {
  const [position = '', eventId, ...more] = given.split('_');
  if (given === 'start' || given === 'now') return { after: given };
  if (PositionCodec.is(position) && more.length === 0) return { after: position, ...(eventId === undefined ? {} : { eventId }) };
  throw folderError('usage', '--after is "start", "now" or the id of a line that feed printed for this folder.');
};

/** Whether the log has another event at a position, or ends before it. An event that was erased since says nothing. */
const isLost = async (store: EventStore, position: Position, eventId: string): Promise<boolean> => {
  const head = await answerOf(store.head());
  if (head === 'start' || isAfter(position, head)) return true;
  const before = position === '1' ? 'start' : plus(position, -1);
  const { events } = await answerOf(store.readAll({ after: before, limit: 1 }));
  return events.some((event) => event.position === position && event.id !== eventId);
};

const lost = (): Error =>
  folderError('position_lost', 'An older copy of the log took its place since: what was printed up to that id may not be in it. Begin anew, with --after start.');

/** The feed of the log itself. Where the log has a folder to itself, each position is looked up before it is gone on from. */
export const folderFeed = (log: AccountDataLog, store: EventStore): Pick<Target, 'feed'> => ({
  async *feed({ after = 'now', heartbeat, signal, toEnd, ...filter } = {}) {
    const place = placeOf(after);
    const { eventId } = place;
    const isEmbedded = 'role' in store;
    if (isEmbedded && eventId !== undefined && place.after !== 'start' && place.after !== 'now' && (await isLost(store, place.after, eventId))) throw lost();
    try {
      for await (const item of log.feed({
        after: place.after,
        filter,
        toEnd: toEnd === true,
        ...(heartbeat === undefined ? {} : { heartbeat }),
        ...(signal === undefined ? {} : { signal }),
      })) {
        yield { ...item, id: 'eventId' in item ? `${String(item.position)}_${item.eventId}` : String(item.position) };
      }
    } catch (error) {
      throw folderError('feed_failed', `The log can be read no longer: ${error instanceof Error ? error.message : 'the store failed'}.`);
    }
  },
});
