import { type AccountDataClient, type SessionInfo, createAccountDataClient } from '@account-data/client';
import { grantOfTab } from '../sign-in/grantOfTab.js';
import { renewingToken } from '../sign-in/signInAtIssuer.js';
import { pageAddress } from '../sign-in/SignInOffer.js';
import { reasonOfTab } from './reasonOfTab.js';
import { createContext, useContext } from 'react';

/** Who is signed in, and what asks the server for them. @category model */
export interface Session {
  readonly client: AccountDataClient;
  readonly who: SessionInfo;
  readonly signOut: () => void;
}

/** A client of the server that this page came from, wherever a proxy puts it. A token of the issuer is renewed where that can be. @category constructors */
export const clientWith = (token: string): AccountDataClient =>
  createAccountDataClient({
    baseUrl: new URL('..', pageAddress()).href,
    reason: reasonOfTab.read,
    ...(grantOfTab.read()?.refreshToken === undefined ? { token } : { getToken: renewingToken(token) }),
  });

export const SessionContext = createContext<Session | undefined>(undefined);

/** The session. @throws where nobody is signed in */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('Nobody is signed in.');
  return session;
};
