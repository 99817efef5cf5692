/** What is under way, for whoever has to wait until nothing is. */
export interface InFlight {
  readonly track: <A>(work: Promise<A>) => Promise<A>;
  /** Resolved when nothing is under way, also nothing that came meanwhile. */
  readonly idle: () => Promise<void>;
}

export const createInFlight = (): InFlight => {
  const underWay = new Set<Promise<unknown>>();
  return {
    track: (work) => {
      const tracked = work.finally(() => {
        underWay.delete(tracked);
      });
      underWay.add(tracked);
      return tracked;
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
};
