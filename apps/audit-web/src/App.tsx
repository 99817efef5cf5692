import { ClientError } from '@account-data/client';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Frame } from './layout/Frame.js';
import { reasonOfTab } from './session/reasonOfTab.js';
import { type Session, SessionContext, clientWith } from './session/Session.js';
import { SignIn } from './session/SignIn.js';
import { tokenOfTab } from './session/tokenOfTab.js';
import { Views } from './Views.js';

type State =
  | { readonly _tag: 'Resuming'; readonly token: string }
  | { readonly _tag: 'Out'; readonly because?: unknown }
  | { readonly _tag: 'In'; readonly session: Omit<Session, 'signOut'> };

const beginning = (): State => {
  const token = tokenOfTab.read();
  return token === undefined ? { _tag: 'Out' } : { _tag: 'Resuming', token };
};

/** The page: signing in, and behind it the views. */
export const App = (): ReactNode => {
  const [state, setState] = useState<State>(beginning);
  const leave = useCallback((because?: unknown) => {
    tokenOfTab.forget();
    reasonOfTab.forget();
    setState(because === undefined ? { _tag: 'Out' } : { _tag: 'Out', because });
  }, []);

  useEffect(() => {
    if (state._tag !== 'Resuming') return undefined;
    const ended = new AbortController();
    const client = clientWith(state.token);
    client.session({ signal: ended.signal }).then(
      (who) => { setState({ _tag: 'In', session: { client, who } }); },
      (error: unknown) => { if (!ended.signal.aborted) leave(error); },
    );
    return () => { ended.abort(); };
  }, [state, leave]);

  const queries = useMemo(
    () =>
      new QueryClient({
        // The client tries again by itself where that helps.
        defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: 30_000 }, mutations: { retry: false } },
        queryCache: new QueryCache({ onError: (error) => { if (error instanceof ClientError && error.status === 401) leave(error); } }),
      }),
    [leave],
  );
  const session = useMemo<Session | undefined>(
    () => (state._tag === 'In' ? { ...state.session, signOut: () => { queries.clear(); leave(); } } : undefined),
    [state, queries, leave],
  );

  if (state._tag === 'Resuming') return <main><h1 className="unseen">Account data audit</h1><p className="quiet pad" role="status">Signing in…</p></main>;
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
