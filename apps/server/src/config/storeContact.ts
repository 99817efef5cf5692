import type { Runtime } from '@account-data/runtime';

/** After so many milliseconds without an answer it is said what is waited for. */
const silence = 2_000;

/** What to do where EventStoreDB can't be reached, in the names of the settings. @category constants */
export const reachAdvice =
  'Is it running, and is EVENTSTOREDB_URL (or store.connection_string of the configuration) its address? ' +
  'A server without TLS is named with ?tls=false at the end.';

/** Waits for the first answer of EventStoreDB, and says after a while that it does: an attempt takes its time to fail. */
export const sayingThatItWaits = async <A>(
  { timers }: Runtime,
  say: (message: string) => void,
  contact: () => Promise<A>,
): Promise<A> => {
  const cancel = timers.setTimeout(() => {
    say(`EventStoreDB has not answered yet; still trying. ${reachAdvice}`);
  }, silence);
  try {
    return await contact();
  } finally {
    cancel();
  }
};
