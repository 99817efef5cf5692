import type { Revision } from '@account-data/event-store';
/**
 * What became of one try of a delivery. `abandoned`: the host stopped while the callback ran, and it is delivered again.
 *
 * @category model
 */
export type DeliveryOutcome = 'handled' | 'skipped' | 'retrying' | 'parked' | 'abandoned';

/**
 * Told of each try as it ends; plain arguments, because there are a hundred thousand a second. Gauges (lag, parked,
 * held, in flight) are read from {@link ModuleHost.status}.
 *
 * @category model
 */
export interface ModuleMetrics {
  readonly delivered: (module: string, outcome: DeliveryOutcome, milliseconds: number) => void;
  /** A callback ran for so long without giving way that nothing else in the process could run. */
  readonly blocked: (module: string, milliseconds: number) => void;
  /** A checkpoint was appended. */
  readonly checkpointWritten: (milliseconds: number) => void;
}

/** The delivery that a span is for. @category model */
export interface SpanSubject {
  readonly module: string;
  readonly eventId: string;
  readonly stream: string;
  readonly revision: Revision;
  readonly attempt: number;
  readonly correlationId: string;
  /** The trace context of the request that made the change, if it had one: link the span to it. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** The span of one delivery, open until `end`. @category model */
export interface DeliverySpan {
  /** Runs the callback's beginning with the span as the current one. */
  readonly run: <A>(callback: () => A) => A;
  readonly end: (outcome: DeliveryOutcome, errorName?: string) => void;
}

/** Opens a span for each delivery; what they are is up to the program. @category model */
export interface DeliveryTracer {
  readonly start: (subject: SpanSubject) => DeliverySpan;
}
