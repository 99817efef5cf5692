/** How many of something may be open at once, in all and for one principal. @category model */
export interface Slots {
  /** Takes a place, and gives the function that frees it again; or says what is full. */
  readonly take: (principalId: string) => (() => void) | 'all' | 'principal';
  readonly open: () => number;
}

/** Makes slots: so many in all, and so many for each principal. @category constructors */
export const makeSlots = (all: number, each: number): Slots => {
  const byPrincipal = new Map<string, number>();
  let open = 0;
  return {
    take: (principalId) => {
      const own = byPrincipal.get(principalId) ?? 0;
      if (own >= each) return 'principal';
      if (open >= all) return 'all';
      open += 1;
      byPrincipal.set(principalId, own + 1);
      let taken = true;
      return () => {
        if (!taken) return;
        taken = false;
        open -= 1;
        const left = (byPrincipal.get(principalId) ?? 1) - 1;
        if (left === 0) byPrincipal.delete(principalId);
        else byPrincipal.set(principalId, left);
      };
    },
    open: () => open,
  };
};
