import { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import type { Context, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter as OtlpJsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as OtlpProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, ConsoleSpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { Exchange } from '../http/Exchange.js';
import { incomingTraceOf } from './incomingTrace.js';
import type { TraceContext } from './incomingTrace.js';
import type { Tracing, TracingSettings } from './Tracing.js';

/** Tracing by the OpenTelemetry SDK. Loaded only where it is configured. @category constructors */
export const openTelemetry = (
  settings: TracingSettings,
  version: string,
  processors: ReadonlyArray<SpanProcessor> = settings.exporters.map((name) => processorOf(name, settings.protocol)),
): Tracing => {
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'account-data', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [...processors],
  });
  provider.register();
  const tracer: Tracer = provider.getTracer('account-data', version);
  const spans = new WeakMap<Exchange['request'], Span>();

  return {
    begin: (request) => {
      const parent = contextFrom(incomingTraceOf(request.headers));
      const span = tracer.startSpan(
        `${request.method} ${request.routeOptions.url ?? 'unmatched'}`,
        {
          kind: SpanKind.SERVER,
          attributes: {
            'http.request.method': request.method,
            'http.route': request.routeOptions.url ?? 'unmatched',
            'account_data.request_id': request.id,
          },
        },
        parent,
      );
      spans.set(request, span);
    },
    end: ({ request }, status) => {
      const span = spans.get(request);
      if (span === undefined) return;
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    contextOf: ({ request }) => {
      const span = spans.get(request);
      return span === undefined ? incomingTraceOf(request.headers) : traceContextOf(span.spanContext());
    },
    deliveries: {
      start: (subject) => {
        const parent = contextFrom(
          subject.traceparent === undefined
            ? undefined
            : { traceparent: subject.traceparent, ...(subject.tracestate === undefined ? {} : { tracestate: subject.tracestate }) },
        );
        const cause = trace.getSpanContext(parent);
        const span = tracer.startSpan(
          `module ${subject.module}`,
          {
            kind: SpanKind.CONSUMER,
            links: cause === undefined ? [] : [{ context: cause }],
            attributes: {
              'account_data.module': subject.module,
              'account_data.event_id': subject.eventId,
              'account_data.revision': String(subject.revision),
              'account_data.attempt': subject.attempt,
              'account_data.correlation_id': subject.correlationId,
            },
          },
          parent,
        );
        return {
          run: (callback) => context.with(trace.setSpan(parent, span), callback),
          end: (outcome, errorName) => {
            span.setAttribute('account_data.outcome', outcome);
            if (errorName !== undefined) {
              span.setAttribute('error.type', errorName);
              span.setStatus({ code: SpanStatusCode.ERROR });
            }
            span.end();
          },
        };
      },
    },
    shutdown: () => provider.shutdown(),
  };
};

const processorOf = (exporter: 'otlp' | 'console', protocol: TracingSettings['protocol']): SpanProcessor => {
  if (exporter === 'console') return new SimpleSpanProcessor(new ConsoleSpanExporter());
  return new BatchSpanProcessor(protocol === 'http/json' ? new OtlpJsonExporter() : new OtlpProtobufExporter());
};

/** Both directions are the W3C form; no baggage or vendor headers are read. */
const contextFrom = (given: TraceContext | undefined): Context => {
  const [, traceId, spanId, flags] = given?.traceparent?.split('-') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
};

const traceContextOf = ({ traceId, spanId, traceFlags }: SpanContext): TraceContext => ({
  traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
});
