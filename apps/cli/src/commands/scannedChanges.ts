import type { ScanPart, ScanQuery } from '@account-data/client';
import { historyText, tagHistoryText } from '../output/historyText.js';
import { historyJson, tagHistoryJson } from '../output/json.js';
import type { RowForm } from '../output/writeRows.js';
import type { Target } from '../target/Target.js';
import type { World } from '../World.js';

type Scanned = ScanPart['entries'][number];

/** The most that one answer finds. */
const partLength = 1_000;

/** What a change looks like that is of account data or of a tag. */
export const scannedForm: RowForm<Scanned> = {
  json: (change) => ('tag' in change ? tagHistoryJson(change) : historyJson(change)),
  text: (change, look) => ('tag' in change ? tagHistoryText(change, look, true) : historyText(change, look, true)),
  columns: ['time', 'user_id', 'revision', 'type', 'tag', 'room_id', 'actor', 'previous_content', 'content', 'reason'],
};

/** Changes of all users that match, up to a limit, as the log is read for them. Says how to go on where it does not come to the end. */
export async function* scannedChanges(world: World, target: Pick<Target, 'scan'>, sought: ScanQuery, limit: number): AsyncGenerator<Scanned, void, void> {
  let { cursor } = sought;
  let left = limit;
  for (;;) {
    const { value: part } = await target.scan({ ...sought, limit: Math.min(left, partLength), ...(cursor === undefined ? {} : { cursor }) }).next();
    if (part === undefined) return;
    yield* part.entries;
    left -= part.entries.length;
    cursor = part.next;
    if (cursor === undefined) return;
    if (left <= 0 || world.stopped.aborted) {
      world.writeError(`${String(Math.floor(part.fraction * 100))} % of the log was read: go on with --cursor ${cursor}\n`);
      return;
    }
  }
}
