import { type AccountDataEngine } from '@account-data/engine';
import { InMemorySpanExporter, NodeTracerProvider, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { expect } from 'vitest';
import { alice, theme } from './withEngine.js';

export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
export const spanId = '00f067aa0ba902b7';

/** Spans of this process, from now on. */
export const recordSpans = (): InMemorySpanExporter => {
  const exporter = new InMemorySpanExporter();
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  return exporter;
};

/** Three changes of one trace. */
const changesOfTrace = async (engine: AccountDataEngine): Promise<void> => {
  for (const v of [1, 2, 3]) await engine.setAccountData(alice, null, theme, { v }, { traceparent: `00-${traceId}-${spanId}-01` });
};

/** What a span is a part of. */
const parentOf = (span: ReadableSpan): unknown => [span.name, span.parentSpanContext?.traceId, span.parentSpanContext?.spanId];

/** What a subscription to all of a client is, as far as it is instrumented. */
interface Subscription {
  readonly on: (event: 'data', listener: () => void) => unknown;
  readonly unsubscribe: () => Promise<void>;
}

/** A consumer that is instrumented has our changes for the parents of its spans. */
export const expectParents = async (
  spans: InMemorySpanExporter,
  engine: AccountDataEngine,
  consumer: { readonly dispose: () => Promise<void> },
  subscribe: () => Subscription,
): Promise<void> => {
  await changesOfTrace(engine);
  const subscription = subscribe();
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
  const consumed = spans.getFinishedSpans().filter(({ name }) => name === 'streams.subscribe');
  expect(consumed.length).toBeGreaterThanOrEqual(3);
  for (const span of consumed) expect(parentOf(span)).toEqual(['streams.subscribe', traceId, spanId]);
};
