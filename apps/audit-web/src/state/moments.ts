import { type AccountDataClient, type ChangeFacts, Revision, isAfter } from '@account-data/client';

/** How many changes a user's two streams hold: a moment is the index of a change among both, in the order of the log. @category model */
export interface Moments {
  readonly data: number;
  readonly tags: number;
}

/** Where a moment stands. @category model */
export type Place = Pick<ChangeFacts, 'position' | 'time'>;

/** The change of a stream that has an index; undefined where it is gone. @category model */
export type ChangeAt = (of: keyof Moments, index: number) => Promise<Place | undefined>;

/** How many moments there are of a user. */
export const readMoments = async (client: AccountDataClient, userId: string, signal: AbortSignal): Promise<Moments> => {
  const [data, tags] = await Promise.all([client.history(userId, { limit: 1, signal }), client.tagHistory(userId, { limit: 1, signal })]);
  const countOf = ([newest]: ReadonlyArray<Pick<ChangeFacts, 'revision'>>): number => (newest === undefined ? 0 : Number(newest.revision) + 1);
  return { data: countOf(data.entries), tags: countOf(tags.entries) };
};

/** Reads where a change stands: its revision is its index. */
export const changeAt =
  (client: AccountDataClient, userId: string, signal: AbortSignal): ChangeAt =>
  async (of, index) => {
    const query = { from: Revision(index), limit: 1, signal };
    const { entries } = await (of === 'data' ? client.history(userId, query) : client.tagHistory(userId, query));
    return entries[0];
  };

/**
 * Finds a moment in the merger of the two streams, each of which is in the order of the log, by a few looks at them: how many
 * of the changes up to it are of account data is halved in on.
 */
export const placeOfMoment = async ({ data, tags }: Moments, moment: number, at: ChangeAt): Promise<Place | undefined> => {
  const count = moment + 1;
  let low = Math.max(0, count - tags);
  let high = Math.min(count, data);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [ofData, ofTags] = await Promise.all([at('data', middle), at('tags', count - 1 - middle)]);
    if (ofData === undefined || ofTags === undefined) return undefined;
    if (isAfter(ofTags.position, ofData.position)) low = middle + 1;
    else high = middle;
  }
  const [ofData, ofTags] = await Promise.all([low === 0 ? undefined : at('data', low - 1), low === count ? undefined : at('tags', count - low - 1)]);
  if (ofData === undefined || ofTags === undefined) return ofData ?? ofTags;
  return isAfter(ofTags.position, ofData.position) ? ofTags : ofData;
};
