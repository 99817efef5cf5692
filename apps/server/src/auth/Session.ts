import type { RateBucket } from '../limits/RateLimiter.js';
import type { Principal } from './Principal.js';

/** A token that was recognised, with what its requests share. @category model */
export interface Session {
  readonly principal: Principal;
  readonly bucket: RateBucket;
  /** By the monotonic clock: then the sources are asked again. */
  readonly until: number;
  /**
   * For answers that go on: `onEnd` is called once the token no longer stands for this principal. Gives the function that
   * ends the following.
   */
  readonly follow: (onEnd: () => void) => () => void;
}

/** Who a token stands for, or why that can't be told. @category model */
export type Authentication =
  | { readonly _tag: 'Session'; readonly session: Session }
  | { readonly _tag: 'Unknown' }
  | { readonly _tag: 'Unavailable'; readonly reason: string };
