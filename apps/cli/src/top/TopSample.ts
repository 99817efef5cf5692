import { type AccountDataClient, ClientError, type FollowStatus, type ModulesStatus, type ProjectionStatus } from '@account-data/client';
import type { Runtime } from '@account-data/runtime';
import { type Metrics, readMetrics } from './Metrics.js';

/** What a server tells of itself at a moment. @category model */
export interface TopSample {
  /** Milliseconds since the Unix epoch, and by the monotonic clock. */
  readonly time: number;
  readonly monotonic: number;
  /** Absent where a proxy keeps them back. */
  readonly metrics?: Metrics;
  readonly modules: ModulesStatus;
  readonly projection: ProjectionStatus;
  /** Absent where no homeserver is followed. */
  readonly follow?: FollowStatus;
}

const orNone =
  (isNone: (error: ClientError) => boolean) =>
  (error: unknown): undefined => {
    if (error instanceof ClientError && isNone(error)) return undefined;
    throw error;
  };

/** Asks a server for all that it tells of itself. Rejects with a ClientError. @category constructors */
export const takeSample = async (client: AccountDataClient, { clock }: Runtime): Promise<TopSample> => {
  const text = await client.metrics().catch(orNone(({ status }) => status === 404));
  const metrics = text === undefined ? undefined : readMetrics(text);
  const [modules, projection, follow] = await Promise.all([
    client.modules.status(),
    client.projection.status(),
    // Asked in vain, it would itself be among the requests that are refused.
    metrics?.has('account_data_follow_connected') === false ? undefined : client.follow.status().catch(orNone(({ code }) => code === 'not_followed')),
  ]);
  return {
    time: clock.now(),
    monotonic: clock.monotonic(),
    ...(metrics === undefined ? {} : { metrics }),
    modules,
    projection,
    ...(follow === undefined ? {} : { follow }),
  };
};
