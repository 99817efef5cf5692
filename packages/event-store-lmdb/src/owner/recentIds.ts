/** Where an event was appended. */
export interface EventPlace {
  readonly stream: string;
  readonly revision: number;
}

/** At least so many events that were appended with `any` are known by their ids, and at most twice as many. */
export const rememberedIds = 10_000;

/**
 * The last events appended with `any`, by id: how the same append sent again is found out. As in EventStoreDB this is best
 * effort: a bounded memory (and, after a restart, what the end of the log shows).
 */
export interface RecentIds {
  readonly find: (id: string) => EventPlace | undefined;
  readonly add: (id: string, place: EventPlace) => void;
}

export const createRecentIds = (): RecentIds => {
  let young = new Map<string, EventPlace>();
  let old = new Map<string, EventPlace>();
  return {
    find: (id) => young.get(id) ?? old.get(id),
    add: (id, place) => {
      if (young.size >= rememberedIds) {
        old = young;
        young = new Map();
      }
      young.set(id, place);
    },
  };
};
