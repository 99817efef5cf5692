import type { GivenCondition } from '@account-data/service-api';
/** What every call takes. @category model */
export interface CallOptions {
  /** Ends the call: it rejects with an `aborted`. A change that was sent may have happened nevertheless. */
  readonly signal?: AbortSignal;
}

/** How a read is made. @category model */
export interface ReadOptions extends CallOptions {
  /**
   * What the answer must reflect at least. `latest`: the highest position that this client was answered, so that it
   * reads its own writes and never goes back, whichever server answers; `any`: what the server has at hand; or a position
   * as `client.position()` gave it, here or elsewhere. Default: as the client was made, `latest`.
   */
  readonly atLeast?: AtLeast;
  /** With `export`, what is read is taken along, as into a file: the access log then has it as an export, whoever reads it. */
  readonly access?: 'export';
  /** Milliseconds the server waits to have that, at most 30,000; then it answers `position_not_reached`. Default 5,000. */
  readonly waitTimeout?: number;
}

/** A position token, or the words `latest` and `any`. @category model */
export type AtLeast = 'latest' | 'any' | (string & Record<never, never>);

/** What a change waits for before it is answered. @category model */
export type Await = 'appended' | 'projected' | 'modules';

/** How a change is made. @category model */
export interface ChangeOptions extends CallOptions {
  /** Why; kept in the history. */
  readonly reason?: string;
  /**
   * A change with the same key is made once, however often it is sent. Default: a random key for each call, so that the
   * client's own retries are safe. Give your own where your program may be restarted between two tries.
   */
  readonly requestKey?: string;
  /** Default `projected`: you read your own write. `modules`: callbacks have run. */
  readonly await?: Await;
  /** Milliseconds that `projected` and `modules` may take, at most 60,000; then the answer says `pending`. Default 10,000. */
  readonly timeout?: number;
}

/** How a change of one key is made, which may depend on what is there. @category model */
export interface ConditionalChangeOptions extends ChangeOptions {
  /** Only if the key is at this revision, or has no content. Otherwise `revision_mismatch`, with what is there. */
  readonly ifRevision?: GivenCondition;
}
