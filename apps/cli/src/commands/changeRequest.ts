import type { RevisionCondition } from '@account-data/domain';
import type { ChangeRequest } from '../target/Target.js';

/** Options of a change, as the command line gives them. */
export const changeRequestOf = (options: {
  readonly reason?: string | undefined;
  readonly requestKey?: string | undefined;
  readonly ifRevision?: RevisionCondition | undefined;
}): ChangeRequest => ({
  ...(options.reason === undefined ? {} : { reason: options.reason }),
  ...(options.requestKey === undefined ? {} : { requestKey: options.requestKey }),
  ...(options.ifRevision === undefined ? {} : { ifRevision: options.ifRevision }),
});
