/** A W3C trace context (https://www.w3.org/TR/trace-context/). @category model */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/**
 * Where a trace stands in the metadata of an event: as W3C writes it, and as the instrumentation of KurrentDB's clients
 * does (`@kurrent/opentelemetry` and its like write and read these two alone).
 *
 * @category model
 */
export type TraceMetadata = {
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** 32 hexadecimal digits. */
  readonly $traceId?: string;
  /** 16 hexadecimal digits. */
  readonly $spanId?: string;
};

const form = /^[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/;
const traceIdForm = /^(?!0{32})[0-9a-f]{32}$/;
const spanIdForm = /^(?!0{16})[0-9a-f]{16}$/;

const matches = (expected: RegExp, value: unknown): value is string => typeof value === 'string' && expected.test(value);

/** What is written of a trace context; what is no trace context is kept as it was given. @category destructors */
export const traceMetadata = ({ traceparent, tracestate }: Partial<TraceContext>): TraceMetadata => {
  const [, traceId, spanId] = (traceparent === undefined ? null : form.exec(traceparent)) ?? [];
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
    ...(traceId === undefined || spanId === undefined ? {} : { $traceId: traceId, $spanId: spanId }),
  };
};

/**
 * The trace that an event belongs to: its `traceparent`, or where another program wrote the event, its `$traceId` and
 * `$spanId`, which say nothing of sampling: such a trace counts as sampled, as it does to those clients.
 *
 * @category constructors
 */
export const traceContextOf = (metadata: Readonly<Record<string, unknown>>): TraceContext | undefined => {
  const { traceparent, tracestate, $traceId, $spanId } = metadata;
  if (typeof traceparent === 'string') return typeof tracestate === 'string' ? { traceparent, tracestate } : { traceparent };
  return matches(traceIdForm, $traceId) && matches(spanIdForm, $spanId) ? { traceparent: `00-${$traceId}-${$spanId}-01` } : undefined;
};
