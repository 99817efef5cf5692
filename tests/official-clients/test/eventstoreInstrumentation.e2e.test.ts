import { createRequire } from 'node:module';
import type * as client from '@eventstore/db-client';
import type * as instrumenting from '@eventstore/opentelemetry';
import { it } from 'vitest';
import { expectParents, recordSpans } from './support/consumedSpans.js';
import { withEngine } from './support/withEngine.js';

it('a consumer that @eventstore/opentelemetry instruments has our changes for the parents of its spans', async () => {
  const spans = recordSpans();
  // It patches what is required after it.
  const load = createRequire(import.meta.url);
  const { EventStoreDBInstrumentation } = load('@eventstore/opentelemetry') as typeof instrumenting;
  const instrumentation = new EventStoreDBInstrumentation();
  instrumentation.enable();
  const { EventStoreDBClient, streamNameFilter } = load('@eventstore/db-client') as typeof client;
  await withEngine(async (engine, connectionString) => {
    const consumer = EventStoreDBClient.connectionString(connectionString);
    await expectParents(spans, engine, consumer, () => consumer.subscribeToAll({ filter: streamNameFilter({ prefixes: ['account_data-'] }) }));
  });
});
