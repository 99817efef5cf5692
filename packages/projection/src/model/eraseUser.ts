import { userPrefix } from '../records/keys.js';
import { quarantinedKeys } from './purgeUser.js';
import type { Pending } from './Pending.js';
import type { ReadModel } from './ReadModel.js';

/** Hides everything about a user at once; the next flush removes it from storage. Erasing again changes nothing. */
export const eraseUser = (model: ReadModel, userId: string): void => {
  if (model.erased.has(userId)) return;
  model.erased.add(userId);
  model.data.purge(userId);
  model.tags.purge(userId);
  const { active, flushing, names, storage } = model;
  const prefix = userPrefix(userId);
  for (const key of active.tags.keys()) {
    if (key.startsWith(prefix)) active.tags.delete(key);
  }
  for (const key of active.requests.keys()) {
    if (key.startsWith(prefix)) active.requests.delete(key);
  }
  const streams = [names.accountDataPrefix + userId, names.tagsPrefix + userId];
  const quarantinedIn = ({ quarantined }: Pending): ReadonlyArray<string> =>
    quarantined.filter(({ event }) => streams.includes(event.stream)).map(({ key }) => key);
  const keys = new Set([
    ...quarantinedIn(active),
    ...(flushing === undefined ? [] : quarantinedIn(flushing)),
    ...quarantinedKeys(storage, names, userId),
  ]);
  model.quarantined -= keys.size;
  active.quarantined = active.quarantined.filter(({ key }) => !keys.has(key));
  active.erased.push(userId);
};
