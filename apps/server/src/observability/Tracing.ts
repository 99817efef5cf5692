import type { DeliveryTracer } from '@account-data/modules';
import type { Exchange } from '../http/Exchange.js';
import type { TraceContext } from './incomingTrace.js';

/** Spans from requests to callbacks. @category model */
export interface Tracing {
  /** A request has arrived. */
  readonly begin: (request: Exchange['request']) => void;
  /** It was answered. */
  readonly end: (exchange: Exchange, status: number) => void;
  /** The context of a request's span, which its changes are recorded with. */
  readonly contextOf: (exchange: Exchange) => TraceContext | undefined;
  /** Spans of callbacks, as children of the request that caused them and linked to it. */
  readonly deliveries: DeliveryTracer;
  /** Sends what is left. */
  readonly shutdown: () => Promise<void>;
}

/** What the standard variables ask for. @category model */
export interface TracingSettings {
  readonly exporters: ReadonlyArray<'otlp' | 'console'>;
  readonly protocol: 'http/protobuf' | 'http/json';
}

/** What the environment says of tracing. @category model */
export type TracingChoice =
  | { readonly _tag: 'Off' }
  | { readonly _tag: 'On'; readonly settings: TracingSettings }
  | { readonly _tag: 'Unusable'; readonly variable: string; readonly message: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as unset, as the specification says. */
const given = (env: Environment, name: string): string | undefined => {
  const value = env[name];
  return value === '' ? undefined : value;
};

/**
 * Whether traces are wanted, by OpenTelemetry's standard variables: on as soon as an exporter or an OTLP endpoint is
 * named, unless `OTEL_SDK_DISABLED` is true. Endpoint, headers, sampler, batching and resource attributes are read by
 * the SDK itself. Source: the OpenTelemetry specification, "Environment Variable Specification".
 *
 * @category constructors
 */
export const tracingChoice = (env: Environment): TracingChoice => {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return { _tag: 'Off' };
  const named = given(env, 'OTEL_TRACES_EXPORTER');
  const endpoint = given(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? given(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  if (named === undefined && endpoint === undefined) return { _tag: 'Off' };
  const exporters: Array<'otlp' | 'console'> = [];
  for (const name of (named ?? 'otlp').split(',').map((word) => word.trim())) {
    if (name === 'otlp' || name === 'console') exporters.push(name);
    else if (name !== 'none') {
      return { _tag: 'Unusable', variable: 'OTEL_TRACES_EXPORTER', message: 'must be otlp, console or none' };
    }
  }
  if (exporters.length === 0) return { _tag: 'Off' };
  const protocol =
    given(env, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? given(env, 'OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/protobuf';
  if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
    return { _tag: 'Unusable', variable: 'OTEL_EXPORTER_OTLP_PROTOCOL', message: 'must be http/protobuf or http/json' };
  }
  return { _tag: 'On', settings: { exporters, protocol } };
};
