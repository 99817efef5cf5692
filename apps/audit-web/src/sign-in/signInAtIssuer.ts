import { type Grant, type Tokens, grantOfTab, keepTokens } from './grantOfTab.js';
import type { Returned } from './returned.js';
import { SignInFailed } from './SignInFailed.js';
import { type SignInOffer, askOffer } from './SignInOffer.js';

/** What speaks OpenID Connect. Who pastes a token never loads it. */
const load = () => import('./openIdConnect.js');

const offerNow = async (): Promise<SignInOffer> => {
  const offer = await askOffer();
  if (offer === undefined) throw new SignInFailed('lost');
  return offer;
};

/** Sends somebody to the issuer. They come back to where they are. */
export const goToIssuer = async (offer: SignInOffer): Promise<void> => (await load()).begin(offer);

/** The tokens that an answer of the issuer is good for; kept for the tab. */
export const tokensFor = async ({ trip, answer }: Returned): Promise<Tokens> => {
  if (trip === undefined) throw new SignInFailed('lost');
  const tokens = await (await load()).finish(await offerNow(), trip, answer);
  keepTokens(tokens);
  return tokens;
};

/** A token that is renewed once the server refuses it, as long as the issuer does that. */
export const renewingToken = (first: string): ((refused?: string) => string | Promise<string>) => {
  let token = first;
  let renewal: Promise<string> | undefined;
  const renewed = async (): Promise<string> => {
    const { refreshToken, ...grant } = grantOfTab.read() ?? {};
    if (refreshToken === undefined) return token;
    try {
      const tokens = await (await load()).renew(await offerNow(), { ...grant, refreshToken });
      keepTokens(tokens);
      token = tokens.token;
    } catch {
      // The server refuses the old one once more, and whoever it was signs in anew.
    }
    return token;
  };
  return (refused) => {
    if (refused !== token) return token;
    renewal ??= renewed().finally(() => { renewal = undefined; });
    return renewal;
  };
};

/** Ends what somebody has at the issuer, where it has a place for that. Here they are signed out already. */
export const leaveIssuer = async (grant: Grant): Promise<void> => {
  await (await load()).endAtIssuer(await offerNow(), grant);
};
