import type { UserId } from '@account-data/domain';

/** Which users a page has. @category model */
export interface UsersQuery {
  /** What their IDs begin with, the `@` included, compared exactly. Default: all users. */
  readonly prefix?: string;
  /** A user ID, exclusive: what an earlier page says is next. Default: from the first one on. */
  readonly after?: string;
  /** At least 1, default 100. */
  readonly limit?: number;
}

/** A part of the users that the log has account data or room tags of, in the order of their IDs' UTF-8 bytes. @category model */
export interface UsersPage {
  /** Also those whose data was deleted, since their history is there; never those who were erased. */
  readonly users: ReadonlyArray<UserId>;
  /** Ask again after this; absent at the end. */
  readonly next?: UserId;
}
