import type { UserId } from '@account-data/domain';
import { openEventStoreDbEventStore } from '@account-data/event-store-eventstoredb';
import { systemRuntime } from '@account-data/runtime';
import { startEventStoreDbDouble } from '@account-data/tests-eventstoredb-double';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, it } from 'vitest';
import { scavengeStep } from '../src/scavengeStep.js';

const alice = '@alice:example.org' as UserId;

it('the receipt of an erasure on EventStoreDB says what links of projections keep, where projections run', async () => {
  const double = await startEventStoreDbDouble({ version: '26.1.0' });
  const store = openEventStoreDbEventStore({ connectionString: double.connectionString, runtime: systemRuntime });
  try {
    const without = await scavengeStep(store).run(alice);
    expect(JSON.stringify(without)).not.toContain('$ce-');
    double.log.writeSystemEvent('$ce-account_data', '$>');
    const { remains } = await scavengeStep(store).run(alice);
    expect(remains.at(-1)).toMatch(/^The server runs projections: their links .* keep the user ID/);
  } finally {
    await store.close();
    await double.stop();
  }
});

it('it says that this could not be told where it could not', async () => {
  const denied = { _tag: 'AccessDenied', code: 'store_access_denied', message: 'no' } as const;
  const { remains } = await scavengeStep({ hasSystemProjections: () => TE.left(denied) }).run(alice);
  expect(remains.at(-1)).toMatch(/could not be told; where it does, their links/);
});
