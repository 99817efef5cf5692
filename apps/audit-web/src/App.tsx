import { ClientError } from '@account-data/client';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Frame } from './layout/Frame.js';
import { grantOfTab } from './sign-in/grantOfTab.js';
import type { Returned } from './sign-in/returned.js';
import { leaveIssuer, tokensFor } from './sign-in/signInAtIssuer.js';
import { SignInFailed } from './sign-in/SignInFailed.js';
import { reasonOfTab } from './session/reasonOfTab.js';
import { type Session, SessionContext, clientWith } from './session/Session.js';
import { SignIn } from './session/SignIn.js';
import { tokenOfTab } from './session/tokenOfTab.js';
import { Views } from './Views.js';

type State =
  | { readonly _tag: 'Returning'; readonly returned: Returned }
  /** `isNew`: the issuer has just given it. */
  | { readonly _tag: 'Resuming'; readonly token: string; readonly isNew?: true }
  | { readonly _tag: 'Out'; readonly because?: unknown }
  | { readonly _tag: 'In'; readonly session: Omit<Session, 'signOut'> };

const beginning = (returned: Returned | undefined): State => {
  if (returned !== undefined) return { _tag: 'Returning', returned };
  const token = tokenOfTab.read();
  return token === undefined ? { _tag: 'Out' } : { _tag: 'Resuming', token };
};

/** Why the server refused somebody: what is known of a token that the issuer gave says more. */
const refusalOf = (error: unknown, isNew: boolean): unknown =>
  error instanceof ClientError && error.status === 401 && grantOfTab.read() !== undefined ? new SignInFailed(isNew ? 'refused' : 'expired') : error;

/** The page: signing in, and behind it the views. `returned`: what the issuer sent somebody back with. */
export const App = ({ returned }: { readonly returned: Returned | undefined }): ReactNode => {
  const [state, setState] = useState<State>(() => beginning(returned));
  const leave = useCallback((because?: unknown) => {
    tokenOfTab.forget();
    grantOfTab.forget();
    reasonOfTab.forget();
    setState(because === undefined ? { _tag: 'Out' } : { _tag: 'Out', because });
  }, []);

  useEffect(() => {
    if (state._tag !== 'Returning') return;
    tokensFor(state.returned).then(({ token }) => { setState({ _tag: 'Resuming', token, isNew: true }); }, leave);
  }, [state, leave]);

  useEffect(() => {
    if (state._tag !== 'Resuming') return undefined;
    const ended = new AbortController();
    const client = clientWith(state.token);
    client.session({ signal: ended.signal }).then(
      (who) => { setState({ _tag: 'In', session: { client, who } }); },
      (error: unknown) => { if (!ended.signal.aborted) leave(refusalOf(error, state.isNew === true)); },
    );
    return () => { ended.abort(); };
  }, [state, leave]);

  const queries = useMemo(
    () =>
      new QueryClient({
        // The client tries again by itself where that helps.
        defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 30_000 }, mutations: { retry: false } },
        queryCache: new QueryCache({ onError: (error) => { if (error instanceof ClientError && error.status === 401) leave(refusalOf(error, false)); } }),
      }),
    [leave],
  );
  const session = useMemo<Session | undefined>(
    () => (state._tag === 'In' ? { ...state.session, signOut: () => { const grant = grantOfTab.read(); queries.clear(); leave(); if (grant !== undefined) leaveIssuer(grant).catch(leave); } } : undefined),
    [state, queries, leave],
  );

  if (state._tag === 'Resuming' || state._tag === 'Returning') return <main><h1 className="unseen">Account data audit</h1><p className="quiet pad" role="status">Signing in…</p></main>;
  if (session === undefined) {
    return <SignIn onSession={(next) => { setState({ _tag: 'In', session: next }); }} {...(state._tag === 'Out' && 'because' in state ? { because: state.because } : {})} />;
  }
  return (
    <QueryClientProvider client={queries}>
      <SessionContext value={session}>
        <Frame><Views /></Frame>
      </SessionContext>
    </QueryClientProvider>
  );
};
