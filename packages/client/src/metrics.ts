import { bodyText } from './http/bodyReader.js';
import type { Transport } from './http/Transport.js';
import type { CallOptions } from './options.js';

/** What the server counts of itself. @category model */
export interface MetricsCalls {
  /**
   * `/metrics`, in Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/. Any token will do.
   * Rejects with status 404 where a proxy keeps it from the world.
   */
  readonly metrics: (options?: CallOptions) => Promise<string>;
}

/** Makes these calls. @category constructors */
export const metricsCalls = (transport: Transport): MetricsCalls => ({
  metrics: ({ signal } = {}) =>
    transport.repeat(async () => {
      const answer = await transport.open({ method: 'GET', path: '/metrics', headers: { Accept: 'text/plain' }, signal });
      try {
        return await bodyText(answer.response, answer.signal);
      } catch (error) {
        throw answer.errorOf(error);
      } finally {
        answer.close();
      }
    }, signal),
});
