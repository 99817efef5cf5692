// prints: 1
import { type Checkpoint, type ConsumerDatabase, consume } from '@account-data/consumer';
import { createAccountDataEngine, feedSource } from '@account-data/engine';
import { createInMemoryEventStore } from '@account-data/event-store';
import { systemRuntime } from '@account-data/runtime';

const engine = await createAccountDataEngine({ store: createInMemoryEventStore({ runtime: systemRuntime }) });
await engine.setAccountData('@alice:example.org', null, 'org.example.theme', { dark: true });
interface Kept {
  count: number;
  checkpoint: Checkpoint | null;
}
const kept: Kept = { count: 0, checkpoint: null };
const database: ConsumerDatabase<Kept> = {
  transaction: async (work) => work(kept),
  loadCheckpoint: () => kept.checkpoint,
  saveCheckpoint: (transaction, checkpoint) => {
    transaction.checkpoint = checkpoint;
  },
};
const stop = new AbortController();
await consume({
  source: feedSource(engine),
  database,
  handle: (transaction, item) => {
    if (item._tag === 'AccountDataUpdated') transaction.count += 1;
  },
  signal: stop.signal,
  onCheckpoint: () => {
    if (kept.count > 0) stop.abort();
  },
});
console.log(kept.count);
await engine.close();
