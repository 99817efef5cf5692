import { AggregatorRegistry, Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { addDurations, type MetricsPart, type RouteDurations } from './MetricsPart.js';

/** Counts the requests of one route. Called once per request: an array index and two additions. @category model */
export interface RouteMeter {
  readonly record: (status: number, milliseconds: number) => void;
}

/** What is counted of requests. @category model */
export interface HttpMetrics {
  readonly route: (method: string, path: string) => RouteMeter;
  readonly refused: (reason: RefusalReason) => void;
  /** All metrics of the registry and the durations, with those of other processes added up, in Prometheus' text format. */
  readonly render: (others?: ReadonlyArray<MetricsPart>) => Promise<string>;
  /** The same, for the process that adds them up. */
  readonly part: () => Promise<MetricsPart>;
}

/** Why a request was refused before it was looked at. @category model */
export type RefusalReason = 'rate' | 'overload' | 'bodies' | 'long_polls' | 'position_waits' | 'event_streams';

/** Upper bounds of the duration buckets, in milliseconds. */
const bounds: ReadonlyArray<number> = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 30_000];

interface RouteCounts {
  readonly method: string;
  readonly route: string;
  /** By status code. */
  readonly statuses: Uint32Array;
  readonly buckets: Float64Array;
  total: number;
  sum: number;
}

/**
 * Request metrics as plain numbers in memory. prom-client's own counters hash their labels at each increment;
 * here that happens when they are scraped.
 *
 * @category constructors
 */
export const makeHttpMetrics = (
  registry: Registry,
  open: {
    readonly inFlight: () => number;
    readonly longPolls: () => number;
    readonly positionWaits: () => number;
    readonly streams: () => number;
  },
): HttpMetrics => {
  const routes: Array<RouteCounts> = [];
  const refusals = new Map<RefusalReason, number>();

  new Counter({
    name: 'account_data_http_requests_total',
    help: 'Answers by route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { method, route, statuses } of routes) {
        statuses.forEach((count, status) => {
          if (count > 0) this.inc({ method, route, status: String(status) }, count);
        });
      }
    },
  });
  gauge(registry, 'account_data_http_requests_in_flight', 'Requests being answered; long polls that wait are not counted.', open.inFlight);
  gauge(registry, 'account_data_long_polls', 'Syncs that wait for a change.', open.longPolls);
  gauge(registry, 'account_data_position_waits', 'Requests that wait until reads reflect a position.', open.positionWaits);
  gauge(registry, 'account_data_event_streams', 'Feeds being read.', open.streams);
  new Counter({
    name: 'account_data_http_refused_total',
    help: 'Requests refused by a limit: rate, overload, bodies, long_polls, position_waits, event_streams.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, count] of refusals) this.inc({ reason }, count);
    },
  });

  const part = async (): Promise<MetricsPart> => ({
    // prom-client would leave out when a server of several processes started: it did when its first one did.
    metrics: (await registry.getMetricsAsJSON()).map((metric) => (metric.name === startTime ? { ...metric, aggregator: 'first' } : metric)),
    durations: routes.filter(({ total }) => total > 0).map(({ method, route, buckets, total, sum }) => ({ method, route, buckets: [...buckets], total, sum })),
  });

  return {
    part,
    route: (method, path) => {
      const counts: RouteCounts = {
        method,
        route: path,
        statuses: new Uint32Array(600),
        buckets: new Float64Array(bounds.length),
        total: 0,
        sum: 0,
      };
      routes.push(counts);
      return {
        record: (status, milliseconds) => {
          counts.statuses[status] = (counts.statuses[status] ?? 0) + 1;
          counts.total += 1;
          counts.sum += milliseconds;
          for (let index = 0; index < bounds.length; index += 1) {
            if (milliseconds <= (bounds[index] ?? 0)) {
              counts.buckets[index] = (counts.buckets[index] ?? 0) + 1;
              break;
            }
          }
        },
      };
    },
    refused: (reason) => {
      refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    },
    render: async (others = []) => {
      if (others.length === 0) return `${await registry.metrics()}\n${durationsText(routes)}`;
      const all = [await part(), ...others];
      const sums = AggregatorRegistry.aggregate(all.map(({ metrics }) => [...metrics]));
      return `${await sums.metrics()}\n${durationsText(addDurations(all.flatMap(({ durations }) => durations)))}`;
    },
  };
};

const gauge = (registry: Registry, name: string, help: string, value: () => number): void => {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
};

const startTime = 'process_start_time_seconds';

const durationsName = 'account_data_http_request_duration_seconds';

/**
 * The durations as a Prometheus histogram in the text format. prom-client's Histogram can only be observed, not told
 * what was counted elsewhere. Labels are methods and paths of our own and need no escaping.
 */
const durationsText = (routes: ReadonlyArray<RouteDurations | RouteCounts>): string => {
  const lines = [
    `# HELP ${durationsName} Time from the end of the request header to the answer, by route.`,
    `# TYPE ${durationsName} histogram`,
  ];
  for (const { method, route, buckets, total, sum } of routes) {
    if (total === 0) continue;
    const labels = `method="${method}",route="${route}"`;
    let cumulative = 0;
    bounds.forEach((bound, index) => {
      cumulative += buckets[index] ?? 0;
      lines.push(`${durationsName}_bucket{${labels},le="${String(bound / 1_000)}"} ${String(cumulative)}`);
    });
    lines.push(`${durationsName}_bucket{${labels},le="+Inf"} ${String(total)}`);
    lines.push(`${durationsName}_sum{${labels}} ${String(sum / 1_000)}`);
    lines.push(`${durationsName}_count{${labels}} ${String(total)}`);
  }
  return `${lines.join('\n')}\n`;
};
