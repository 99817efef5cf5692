import { type Registry, collectDefaultMetrics } from 'prom-client';

/** Gauges that end as only counters may (`promtool check metrics`); the sums of `nodejs_active_…` by type tell the same. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** What prom-client tells of the process. */
export const registerProcessMetrics = (registry: Registry): void => {
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
};
