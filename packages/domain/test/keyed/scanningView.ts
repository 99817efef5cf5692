import { actorKey, plus, type RecordedAccountDataEvent, type UserView } from '@account-data/domain';

/**
 * A view that knows nothing but the stream and looks for each answer when it is asked, as a projection does. It forgets
 * deleted keys altogether. The state's rules once more, without regard for speed.
 */
export const scanningView = (stream: ReadonlyArray<RecordedAccountDataEvent>): UserView => {
  const erasure = stream.findIndex(({ event }) => event.type === 'UserErased');
  const updates = stream.flatMap((recorded) =>
    recorded.event.type === 'AccountDataUpdated' ? [{ ...recorded, data: recorded.event.data }] : [],
  );
  const last = updates.at(-1);
  const live = (): ReadonlyArray<string> => {
    const keys = new Map<string, boolean>();
    for (const { data } of updates) keys.set(JSON.stringify([data.roomId, data.type]), Object.keys(data.content).length > 0);
    return [...keys].flatMap(([key, isLive]) => (isLive ? [key] : []));
  };
  return {
    erased: erasure >= 0,
    head: last === undefined ? 'no-stream' : last.revision,
    get keyCount() {
      return live().length;
    },
    get contentBytes() {
      const contents = new Map<string, string>();
      for (const { data } of updates) contents.set(JSON.stringify([data.roomId, data.type]), JSON.stringify(data.content));
      return [...contents.values()].reduce((bytes, text) => bytes + (text === '{}' ? 0 : Buffer.byteLength(text)), 0);
    },
    entry: (roomId, type) => {
      const found = updates.findLast(({ data }) => data.roomId === roomId && data.type === type);
      return found === undefined || Object.keys(found.data.content).length === 0
        ? undefined
        : { revision: found.revision, content: found.data.content, deleted: false };
    },
    requestKey: (actor, key) => {
      const found = updates.findLast(
        ({ metadata }) => metadata.requestKey?.key === key && actorKey(metadata.actor) === actor,
      );
      const request = found?.metadata.requestKey;
      return found === undefined || request === undefined
        ? undefined
        : {
            fingerprint: request.fingerprint,
            firstRevision: plus(found.revision, -request.index),
            count: request.count,
          };
    },
  };
};
