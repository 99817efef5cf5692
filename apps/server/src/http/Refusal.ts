/**
 * Why a request is not let in. Each API words them in its own form.
 *
 * @category model
 */
export type Refusal =
  | { readonly _tag: 'MissingToken' }
  | { readonly _tag: 'UnknownToken' }
  | { readonly _tag: 'AuthUnavailable' }
  | { readonly _tag: 'RateLimited'; readonly retryAfter: number }
  | { readonly _tag: 'Overloaded'; readonly retryAfter: number }
  /** The projection has not caught up with the log since the start. */
  | { readonly _tag: 'NotReady'; readonly retryAfter: number }
  | { readonly _tag: 'WaitMalformed' }
  | { readonly _tag: 'WaitOtherLog' }
  | { readonly _tag: 'WaitPositionLost' }
  | { readonly _tag: 'WaitTimedOut'; readonly retryAfter: number }
  /** What the answer needs is damaged in the projection, which is being built anew. */
  | { readonly _tag: 'ProjectionDamaged'; readonly retryAfter: number }
  | { readonly _tag: 'Crashed' };
