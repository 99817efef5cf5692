import type { AccountDataEngine } from '@account-data/engine';

/** What a follow needs of the log that it fills: the engine's part of it. @category model */
export type FollowedLog = Pick<AccountDataEngine, 'followed' | 'get' | 'tags' | 'exportLog' | 'eraseUser'> & {
  readonly projection: Pick<AccountDataEngine['projection'], 'erased' | 'heads'>;
};
