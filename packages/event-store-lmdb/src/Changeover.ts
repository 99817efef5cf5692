/** One role of a folder passing into another: who comes meanwhile waits for it. */
export interface Changeover {
  /** Resolved when the one under way is over, however it ended; undefined while there is none. */
  readonly underWay: () => Promise<void> | undefined;
  /** Begins one; none may be under way. */
  readonly run: <A>(work: () => Promise<A>) => Promise<A>;
}

const nothing = (): void => undefined;

export const createChangeover = (): Changeover => {
  let underWay: Promise<void> | undefined;
  return {
    underWay: () => underWay,
    run: (work) => {
      const done = work().finally(() => {
        underWay = undefined;
      });
      underWay = done.then(nothing, nothing);
      return done;
    },
  };
};
