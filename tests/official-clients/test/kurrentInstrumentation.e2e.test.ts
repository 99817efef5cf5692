import { createRequire } from 'node:module';
import type * as client from '@kurrent/kurrentdb-client';
import type * as instrumenting from '@kurrent/opentelemetry';
import { it } from 'vitest';
import { expectParents, recordSpans } from './support/consumedSpans.js';
import { withEngine } from './support/withEngine.js';

it('a consumer that @kurrent/opentelemetry instruments has our changes for the parents of its spans', async () => {
  const spans = recordSpans();
  // It patches what is required after it.
  const load = createRequire(import.meta.url);
  const { KurrentDBInstrumentation } = load('@kurrent/opentelemetry') as typeof instrumenting;
  const instrumentation = new KurrentDBInstrumentation();
  instrumentation.enable();
  const { KurrentDBClient, streamNameFilter } = load('@kurrent/kurrentdb-client') as typeof client;
  await withEngine(async (engine, connectionString) => {
    const consumer = KurrentDBClient.connectionString(connectionString.replace('esdb', 'kurrentdb'));
    await expectParents(spans, engine, consumer, () => consumer.subscribeToAll({ filter: streamNameFilter({ prefixes: ['account_data-'] }) }));
  });
});
