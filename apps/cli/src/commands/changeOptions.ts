import type { ConditionalChangeOptions } from '@account-data/client';

/** Options of a change, as the command line gives them. */
export const changeOptionsOf = (options: {
  readonly reason?: string | undefined;
  readonly requestKey?: string | undefined;
  readonly ifRevision?: ConditionalChangeOptions['ifRevision'] | undefined;
}): ConditionalChangeOptions => ({
  ...(options.reason === undefined ? {} : { reason: options.reason }),
  ...(options.requestKey === undefined ? {} : { requestKey: options.requestKey }),
  ...(options.ifRevision === undefined ? {} : { ifRevision: options.ifRevision }),
});
