import { createRequire } from 'node:module';
import type * as client from '@kurrent/kurrentdb-client';
import type * as instrumenting from '@kurrent/opentelemetry';
import { expect, it } from 'vitest';
import { changesOfTrace, parentOf, recordSpans, spanId, traceId } from './support/consumedSpans.js';
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
    await changesOfTrace(engine);
    const consumer = KurrentDBClient.connectionString(connectionString.replace('esdb', 'kurrentdb'));
    const subscription = consumer.subscribeToAll({ filter: streamNameFilter({ prefixes: ['account_data-'] }) });
    // It is instrumented a little after it was asked for: what was received before that has no spans.
    let received = 0;
    subscription.on('data', () => {
      received += 1;
    });
    await expect.poll(() => received, { timeout: 20_000 }).toBe(3);
    await changesOfTrace(engine);
    await expect.poll(() => received, { timeout: 20_000 }).toBe(6);
    await subscription.unsubscribe();
    await consumer.dispose();
  });
  const consumed = spans.getFinishedSpans().filter(({ name }) => name === 'streams.subscribe');
  expect(consumed.length).toBeGreaterThanOrEqual(3);
  for (const span of consumed) expect(parentOf(span)).toEqual(['streams.subscribe', traceId, spanId]);
});
