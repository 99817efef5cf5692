import type { Principal } from './Principal.js';

/** What a source of tokens knows of one. @category model */
export type TokenAnswer =
  /** Believed for `lifetime` milliseconds (`Infinity`: until the source says otherwise). */
  | { readonly _tag: 'Known'; readonly principal: Principal; readonly lifetime: number }
  | { readonly _tag: 'Unknown' }
  /** The source can't tell now (a homeserver or key set out of reach). `reason` holds no token. */
  | { readonly _tag: 'Unavailable'; readonly reason: string };

/** A place where tokens are known: the configuration, a key set, a homeserver. @category model */
export interface TokenSource {
  /** Whether a look-up may have to ask another server: such questions are bounded. */
  readonly remote?: true;
  readonly lookUp: (token: string) => TokenAnswer | Promise<TokenAnswer>;
}

/** The answer of a source that does not know a token. @category constructors */
export const unknownToken: TokenAnswer = { _tag: 'Unknown' };
