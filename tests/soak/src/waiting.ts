export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Waits until it holds; throws after a minute, and where `lost` says why it never will. */
export const until = async (what: string, holds: () => boolean, lost: () => string | undefined): Promise<void> => {
  const end = performance.now() + 60_000;
  while (!holds()) {
    const why = lost();
    if (why !== undefined) throw new Error(`It never happened that ${what}: ${why}.`);
    if (performance.now() > end) throw new Error(`It did not happen within a minute that ${what}.`);
    await pause(5);
  }
};
