import { useEffect, useId, useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { Problem } from '../problems/Problem.js';
import { IssuerButton } from '../sign-in/IssuerButton.js';
import { type Session, clientWith } from './Session.js';
import { tokenOfTab } from './tokenOfTab.js';

/** What is needed of the one who signs in. @category model */
export interface SignInProps {
  readonly onSession: (session: Omit<Session, 'signOut'>) => void;
  /** Why the one before ended. */
  readonly because?: unknown;
}

/** Signing in at the issuer, or with a token, which is kept for the tab. */
export const SignIn = ({ onSession, because }: SignInProps): ReactNode => {
  const [problem, setProblem] = useState<unknown>(because);
  const [busy, setBusy] = useState(false);
  const field = useId();

  useEffect(() => { document.title = 'Sign in · Account data audit'; }, []);

  const signIn = async (token: string): Promise<void> => {
    setBusy(true);
    try {
      const client = clientWith(token);
      const who = await client.session();
      tokenOfTab.keep(token);
      onSession({ client, who });
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token');
    if (typeof token === 'string' && token.trim() !== '') void signIn(token.trim());
  };

  return (
    <main className="sign-in">
      <form className="card" onSubmit={onSubmit}>
        <h1>Account data audit</h1>
        <p className="quiet">What happened to a user’s data, who did it, when, why, and can it be put back?</p>
        <IssuerButton onProblem={setProblem} />
        <label htmlFor={field}>Token</label>
        <input id={field} name="token" type="password" autoComplete="off" spellCheck={false} required autoFocus placeholder="adt_…" />
        <button className="primary" type="submit" disabled={busy}>{busy ? 'Signing in…' : 'Sign in'}</button>
        {problem === undefined ? null : <Problem error={problem} />}
        <p className="quiet small">
          The first start of the server prints an admin token; <code>account-data token create</code> makes more. It is kept for this tab only.
        </p>
      </form>
    </main>
  );
};
