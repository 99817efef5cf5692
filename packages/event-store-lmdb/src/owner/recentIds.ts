/** Where an event was appended. */
export interface EventPlace {
  readonly stream: string;
  readonly revision: number;
}

/** How many events that were appended with `any` are known by their ids. */
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
  const places = new Map<string, EventPlace>();
  return {
    find: (id) => places.get(id),
    add: (id, place) => {
      places.set(id, place);
      if (places.size <= rememberedIds) return;
      for (const oldest of places.keys()) {
        places.delete(oldest);
        return;
      }
    },
  };
};
