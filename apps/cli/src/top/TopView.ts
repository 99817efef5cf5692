import { type MetricValue, type Metrics, sumOf, valueIn } from './Metrics.js';
import { quantile } from './quantile.js';
import { outcomeOf, type RequestKind, requestKindOf, requestKinds } from './requestKinds.js';
import type { TopSample } from './TopSample.js';

/** Requests of a kind: how many a second by what became of them, and how long half of them, and 99 of 100, took at most. @category model */
export interface RequestsView {
  readonly kind: RequestKind;
  readonly ok: number;
  readonly refused: number;
  readonly failed: number;
  /** Milliseconds; absent where there were none, and of feeds. */
  readonly p50?: number;
  readonly p99?: number;
}

/** A module; what only the instance that delivers knows is absent elsewhere. Rates are a second. @category model */
export interface ModuleView {
  readonly name: string;
  readonly state: string;
  readonly lagEvents?: number;
  readonly lagSeconds?: number;
  readonly deliveries?: number;
  readonly failures?: number;
  readonly parked?: number;
}

/** How a server does: between two looks at it or, where there is one alone, since it began. What is not known is absent. @category model */
export interface TopView {
  readonly time: number;
  /** How long the time is that rates are of; absent where nothing tells. */
  readonly seconds?: number;
  readonly sinceStart: boolean;
  /** Seconds that the server has run. */
  readonly uptime?: number;
  readonly changes?: number;
  readonly requests: ReadonlyArray<RequestsView>;
  readonly inFlight?: number;
  readonly longPolls?: number;
  readonly feeds?: number;
  readonly modules: ReadonlyArray<ModuleView>;
  readonly projection: {
    readonly state: string;
    readonly position: string;
    readonly delayMs?: number;
    readonly unwrittenEvents: number;
    readonly quarantined: number;
  };
  readonly store: { readonly logBytes?: number; readonly projectionBytes?: number; readonly freeBytes?: number };
  readonly follow?: { readonly serverName: string; readonly phase: string; readonly behindBytes?: number; readonly parked: number };
  /** Processors that are busy with it, as 1.5; and what memory it has. */
  readonly processors?: number;
  readonly memoryBytes?: number;
}

/** Members without those that are not known. */
type Known<A> = { [K in keyof A]: Exclude<A[K], undefined> };
const known = <A extends object>(members: A): Partial<Known<A>> => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<Known<A>>;

const startOf = (metrics: Metrics | undefined): number | undefined => (metrics === undefined ? undefined : valueIn(metrics, 'process_start_time_seconds'));

/** What rates are of: what was counted before, and for how long. Another process has counted nothing before. */
interface Span {
  readonly seconds: number | undefined;
  readonly before: TopSample | undefined;
}

const spanOf = (now: TopSample, before: TopSample | undefined): Span => {
  const start = startOf(now.metrics);
  if (before !== undefined && startOf(before.metrics) === start) return { seconds: (now.monotonic - before.monotonic) / 1_000, before };
  return { seconds: start === undefined ? undefined : now.time / 1_000 - start, before: undefined };
};

/** A second; a counter that went back has begun anew. */
const rate = (now: number, before: number, seconds: number): number => Math.max(0, now >= before ? now - before : now) / Math.max(seconds, 0.001);

type Takes = (labels: MetricValue['labels']) => boolean;

const durations = 'account_data_http_request_duration_seconds_bucket';

const requestsView = (kind: RequestKind, metrics: Metrics, before: Metrics | undefined, seconds: number): RequestsView => {
  const isKind: Takes = (labels) => requestKindOf(labels) === kind;
  const rateOf = (outcome: string): number => {
    const count = (of: Metrics | undefined): number => (of === undefined ? 0 : sumOf(of, 'account_data_http_requests_total', (labels) => isKind(labels) && outcomeOf(labels['status']) === outcome));
    return rate(count(metrics), count(before), seconds);
  };
  const bounds = [...new Set((metrics.get(durations) ?? []).flatMap(({ labels }) => (isKind(labels) ? [labels['le'] ?? ''] : [])))];
  const counted = (of: Metrics | undefined, le: string): number => (of === undefined ? 0 : sumOf(of, durations, (labels) => labels['le'] === le && isKind(labels)));
  const buckets = bounds.map((le) => ({ bound: le === '+Inf' ? Infinity : Number(le) * 1_000, count: counted(metrics, le) - counted(before, le) }));
  // How long a feed is open is up to who reads it.
  const times = kind === 'feed' ? {} : known({ p50: quantile(0.5, buckets), p99: quantile(0.99, buckets) });
  return { kind, ok: rateOf('ok'), refused: rateOf('refused'), failed: rateOf('failed'), ...times };
};

const ofMetrics = (metrics: Metrics, { seconds, before }: Span): Partial<TopView> => {
  const rateOf = (name: string): number | undefined => (seconds === undefined ? undefined : rate(sumOf(metrics, name), before?.metrics === undefined ? 0 : sumOf(before.metrics, name), seconds));
  return {
    ...known({
      changes: rateOf('account_data_projection_events_total'),
      inFlight: valueIn(metrics, 'account_data_http_requests_in_flight'),
      longPolls: valueIn(metrics, 'account_data_long_polls'),
      feeds: valueIn(metrics, 'account_data_event_streams'),
      processors: rateOf('process_cpu_seconds_total'),
      memoryBytes: valueIn(metrics, 'process_resident_memory_bytes'),
    }),
    ...(seconds === undefined ? {} : { requests: requestKinds.map((kind) => requestsView(kind, metrics, before?.metrics, seconds)) }),
  };
};

const modulesView = ({ modules }: TopSample['modules'], { seconds, before }: Span): ReadonlyArray<ModuleView> =>
  modules.map(({ name, state, pausedBecause, lagEvents, lagSeconds, parked, deliveries, failures }) => {
    const earlier = before?.modules.modules.find((module) => module.name === name);
    const rateOf = (now: number, then: number | undefined): number | undefined => (seconds === undefined ? undefined : rate(now, then ?? 0, seconds));
    return {
      name,
      state: pausedBecause === undefined ? state : `${state} (${pausedBecause})`,
      ...known({ lagEvents, lagSeconds, parked, deliveries: rateOf(deliveries, earlier?.deliveries), failures: rateOf(failures, earlier?.failures) }),
    };
  });

const projectionState = ({ failed, ready, subscription }: TopSample['projection']): string => {
  if (failed !== undefined) return `failed (${failed.code})`;
  return ready ? subscription : `not ready, ${subscription}`;
};

/** What a look at a server shows, with the one before where there was one. @category constructors */
export const topView = (now: TopSample, earlier: TopSample | undefined): TopView => {
  const span = spanOf(now, earlier);
  const { metrics, projection, follow } = now;
  const start = startOf(metrics);
  const gauge = (name: string, labels: MetricValue['labels'] = {}): number | undefined => (metrics === undefined ? undefined : valueIn(metrics, name, labels));
  const delay = gauge('account_data_projection_delay_seconds');
  return {
    time: now.time,
    sinceStart: span.before === undefined,
    ...known({ seconds: span.seconds, uptime: start === undefined ? undefined : now.time / 1_000 - start }),
    requests: [],
    ...(metrics === undefined ? {} : ofMetrics(metrics, span)),
    modules: modulesView(now.modules, span),
    projection: {
      state: projectionState(projection),
      position: String(projection.position),
      ...known({ delayMs: delay === undefined ? undefined : delay * 1_000 }),
      unwrittenEvents: projection.unwrittenEvents,
      quarantined: projection.quarantined.length,
    },
    store: known({
      logBytes: gauge('account_data_folder_bytes', { part: 'log' }),
      projectionBytes: gauge('account_data_folder_bytes', { part: 'projection' }),
      freeBytes: gauge('account_data_folder_free_bytes'),
    }),
    ...(follow === undefined ? {} : { follow: { serverName: follow.serverName, phase: follow.phase, ...known({ behindBytes: follow.behindBytes }), parked: follow.parked } }),
  };
};
