/** Why somebody could not sign in at the issuer, or is no longer signed in. @category model */
export type SignInFault = 'denied' | 'unreachable' | 'metadata' | 'endpoints' | 'pkce' | 'clock' | 'answer' | 'lost' | 'refused' | 'expired';

/** Signing in failed. @category errors */
export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';

  readonly fault: SignInFault;
  /** The issuer's code for it (RFC 6749, 4.1.2.1), where it gave one. */
  readonly code: string | undefined;

  constructor(fault: SignInFault, code?: string) {
    super(explanations[fault].what);
    this.fault = fault;
    this.code = code;
  }

  /** What to do about it. */
  get next(): string {
    return explanations[this.fault].next;
  }
}

const explanations: Readonly<Record<SignInFault, { readonly what: string; readonly next: string }>> = {
  denied: { what: 'The issuer did not let you sign in, or you declined.', next: 'Sign in again, or ask whoever runs the issuer to allow you this page.' },
  unreachable: { what: 'The issuer could not be reached.', next: 'Check that you are connected and that the issuer runs. It must also let this page ask it (CORS): whoever runs it allows the page’s origin there.' },
  metadata: { what: 'What the issuer says of itself does not fit, or can’t be read.', next: 'Tell whoever runs the server: audit_page.sign_in.issuer must be, to the letter, what the issuer calls itself, and below it /.well-known/openid-configuration must answer.' },
  endpoints: { what: 'The issuer does not say where to sign in, or where its tokens are given is not on its own origin.', next: 'Tell whoever runs the server: the issuer’s metadata needs authorization_endpoint and token_endpoint, and this page may ask the issuer’s origin only.' },
  pkce: { what: 'The issuer does not offer PKCE by S256, without which this page signs nobody in.', next: 'Tell whoever runs the issuer to allow it for this page: code_challenge_methods_supported must name S256.' },
  clock: { what: 'The clocks of this computer and of the issuer differ too much.', next: 'Set the clock of this computer right, then sign in again.' },
  answer: { what: 'The answer of the issuer was not in order.', next: 'Sign in again. If it happens again, tell whoever runs the server and the issuer.' },
  lost: { what: 'This tab did not begin this sign-in, or it was used already.', next: 'Sign in again, in this tab.' },
  refused: { what: 'The server does not take the token that the issuer gave.', next: 'Tell whoever runs the server: audience, issuer and role of the token must be as auth.jwt says. The metric account_data_jwt_refused_total and the log at level debug tell what was wrong. A clock that is wrong may be it, too.' },
  expired: { what: 'Your sign-in has run out.', next: 'Sign in again: you come back to what you were looking at.' },
};
