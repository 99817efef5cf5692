import type { TopView } from './TopView.js';

const rounded = (value: number | undefined): number | undefined => (value === undefined ? undefined : Math.round(value * 1_000) / 1_000);

/** What programs are promised; what is not known is absent. Rates are a second. @category destructors */
export const topJson = ({ time, projection, store, follow, ...view }: TopView): Readonly<Record<string, unknown>> => ({
  time: new Date(time).toISOString(),
  seconds: rounded(view.seconds),
  since_start: view.sinceStart,
  changes_per_second: rounded(view.changes),
  requests: view.requests.map(({ kind, ok, refused, failed, p50, p99 }) => ({
    kind,
    ok_per_second: rounded(ok),
    refused_per_second: rounded(refused),
    failed_per_second: rounded(failed),
    p50_ms: rounded(p50),
    p99_ms: rounded(p99),
  })),
  in_flight: view.inFlight,
  long_polls: view.longPolls,
  feeds: view.feeds,
  modules: view.modules.map(({ name, state, lagEvents, lagSeconds, deliveries, failures, parked }) => ({
    name,
    state,
    lag_events: lagEvents,
    lag_seconds: lagSeconds,
    deliveries_per_second: rounded(deliveries),
    failures_per_second: rounded(failures),
    parked,
  })),
  projection: {
    state: projection.state,
    position: projection.position,
    delay_ms: rounded(projection.delayMs),
    unwritten_events: projection.unwrittenEvents,
    quarantined: projection.quarantined,
  },
  store: { log_bytes: store.logBytes, projection_bytes: store.projectionBytes, free_bytes: store.freeBytes },
  follow: follow === undefined ? undefined : { server_name: follow.serverName, phase: follow.phase, behind_bytes: follow.behindBytes, parked: follow.parked },
  processors: rounded(view.processors),
  memory_bytes: view.memoryBytes,
});
