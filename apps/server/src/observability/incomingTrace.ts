import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from '../http/Exchange.js';

/** A W3C trace context (https://www.w3.org/TR/trace-context/). @category model */
export interface TraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

const form = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace context of a request's headers, if it is well-formed. */
export const incomingTraceOf = ({ traceparent, tracestate }: IncomingHttpHeaders): TraceContext | undefined => {
  if (typeof traceparent !== 'string' || !form.test(traceparent)) return undefined;
  return typeof tracestate === 'string' && tracestate.length <= 512 ? { traceparent, tracestate } : { traceparent };
};

/** The trace context that a client sent: changes are recorded with it. */
export const incomingTrace = ({ request }: Exchange): TraceContext | undefined => incomingTraceOf(request.headers);
