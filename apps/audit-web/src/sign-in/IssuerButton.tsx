import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { goToIssuer } from './signInAtIssuer.js';
import { type SignInOffer, askOffer } from './SignInOffer.js';

/** Leads to the issuer, where the server names one. */
export const IssuerButton = ({ onProblem }: { readonly onProblem: (problem: unknown) => void }): ReactNode => {
  const [offer, setOffer] = useState<SignInOffer>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    // Where it can't be asked a token does, too; and signing in with it says what is wrong.
    askOffer().then(setOffer, () => undefined);
  }, []);
  if (offer === undefined) return null;
  const onClick = (): void => {
    setBusy(true);
    goToIssuer(offer).catch((error: unknown) => { setBusy(false); onProblem(error); });
  };
  return (
    <>
      <button type="button" className="primary issuer" disabled={busy} onClick={onClick}>Sign in at {new URL(offer.issuer).host}</button>
      <p className="quiet small">Or with a token:</p>
    </>
  );
};
