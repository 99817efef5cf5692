import type { ServerLimits } from '../config/ServerConfig.js';

/**
 * What one of several processes may take up of what each counts by itself: an equal part, so that all of them stay within the
 * limits. Feeds and long polls are the owner's alone; rates it counts for all; `requestsInFlight` keeps each process from overload; what a user may have is decided on the log.
 */
export const sharedLimits = (limits: ServerLimits, count: number): ServerLimits => {
  const part = (limit: number): number => Math.max(1, Math.floor(limit / count));
  return {
    ...limits,
    positionWaits: part(limits.positionWaits),
    positionWaitsPerToken: part(limits.positionWaitsPerToken),
    bodiesArriving: part(limits.bodiesArriving),
    bodiesArrivingPerToken: part(limits.bodiesArrivingPerToken),
    tokenLookups: part(limits.tokenLookups),
    tokenLookupsPerAddress: part(limits.tokenLookupsPerAddress),
  };
};
