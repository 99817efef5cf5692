import { type AccountDataEngine } from '@account-data/engine';
import { InMemorySpanExporter, NodeTracerProvider, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
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
export const changesOfTrace = async (engine: AccountDataEngine): Promise<void> => {
  for (const v of [1, 2, 3]) await engine.setAccountData(alice, null, theme, { v }, { traceparent: `00-${traceId}-${spanId}-01` });
};

/** What a span is a part of. */
export const parentOf = (span: ReadableSpan): unknown => [span.name, span.parentSpanContext?.traceId, span.parentSpanContext?.spanId];
