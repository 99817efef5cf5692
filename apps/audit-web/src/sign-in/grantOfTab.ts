import { tokenOfTab } from '../session/tokenOfTab.js';

const keys = { trip: 'account-data-sign-in', grant: 'account-data-grant' } as const;

/** What is remembered while somebody is at the issuer: what the answer has to fit, and where they were. @category model */
export interface Trip {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The fragment of the page's address. */
  readonly address: string;
}

/** What the issuer gave beside the token. @category model */
export interface Grant {
  readonly refreshToken?: string;
  /** Tells the issuer who signs out. */
  readonly idToken?: string;
}

/** What the issuer gave. @category model */
export interface Tokens extends Grant {
  /** What the server is asked with. */
  readonly token: string;
}

const kept = <A>(key: string, isWhole: (value: Partial<Record<string, unknown>>) => boolean) => ({
  read: (): A | undefined => {
    try {
      const value: unknown = JSON.parse(window.sessionStorage.getItem(key) ?? 'null');
      return typeof value === 'object' && value !== null && isWhole(value) ? (value as A) : undefined;
    } catch {
      return undefined;
    }
  },
  keep: (value: A): void => {
    window.sessionStorage.setItem(key, JSON.stringify(value));
  },
  forget: (): void => {
    window.sessionStorage.removeItem(key);
  },
});

/** Kept for this tab, for the time that somebody is at the issuer. */
export const tripOfTab = kept<Trip>(keys.trip, ({ state, nonce, verifier, address }) => [state, nonce, verifier, address].every((text) => typeof text === 'string'));

/** Kept for this tab, as the token is; undefined where the token was pasted. */
export const grantOfTab = kept<Grant>(keys.grant, () => true);

/** Keeps all that the issuer gave for this tab. */
export const keepTokens = ({ token, refreshToken, idToken }: Tokens): void => {
  tokenOfTab.keep(token);
  grantOfTab.keep({ ...(refreshToken === undefined ? {} : { refreshToken }), ...(idToken === undefined ? {} : { idToken }) });
};
