import { userPrefix } from '../records/keys.js';
import { quarantinedKeys } from './purgeUser.js';
import type { Pending } from './Pending.js';
import type { ReadModel } from './ReadModel.js';

/**
 * Folds an erasure at a revision of the erasures' stream. It hides everything about the user at once; the next flush
 * removes it from storage. Erasing again changes nothing.
 */
export const eraseUser = (model: ReadModel, userId: string, revision: number): void => {
  const isNew = !model.erased.has(userId);
  // Of a user whom nothing is known of there are no bytes.
  const hadBytes = isNew && (model.data.head(userId) >= 0 || model.tags.head(userId) >= 0);
  if (hadBytes) model.erasures = revision;
  else passErasure(model, revision);
  if (isNew) hideUser(model, userId);
};

/** An event of the erasures' stream that leaves nothing to be scrubbed. */
export const passErasure = (model: ReadModel, revision: number): void => {
  if (model.scrubbed === model.erasures) model.scrubbed = revision;
  model.erasures = revision;
};

const hideUser = (model: ReadModel, userId: string): void => {
  model.erased.add(userId);
  // Seldom enough not to look for those of the user.
  model.recent.clear();
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
