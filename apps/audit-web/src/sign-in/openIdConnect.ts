import * as oauth from 'oauth4webapi';
import { type Grant, type Tokens, type Trip, tripOfTab } from './grantOfTab.js';
import { SignInFailed } from './SignInFailed.js';
import { type SignInOffer, pageAddress } from './SignInOffer.js';

/**
 * The authorization code flow with PKCE of OpenID Connect, by oauth4webapi (RFC 6749, 7636, 9207; OpenID Connect Core 1.0). It is
 * loaded when somebody signs in, and not before. All functions reject with {@link SignInFailed}.
 */

/** Seconds by which clocks may differ. */
const tolerance = 60;

const clientOf = ({ clientId }: SignInOffer): oauth.Client => ({ client_id: clientId, [oauth.clockTolerance]: tolerance });

/** The server allows http on loopback only. */
const requestsTo = ({ issuer }: SignInOffer) => ({ [oauth.allowInsecureRequests]: new URL(issuer).protocol === 'http:' });

const resourceOf = ({ resource }: SignInOffer): Readonly<Record<string, string>> => (resource === undefined ? {} : { resource });

/** What the issuer says of itself. An answer that is none, or is another's, is told as that. */
const discover = async (offer: SignInOffer): Promise<oauth.AuthorizationServer> => {
  const issuer = new URL(offer.issuer);
  const response = await oauth.discoveryRequest(issuer, requestsTo(offer));
  return oauth.processDiscoveryResponse(issuer, response).catch((error: unknown) => {
    throw error instanceof oauth.OperationProcessingError ? new SignInFailed('metadata', error.code) : error;
  });
};

/** Where an issuer is that this page can sign in at. A list of methods of PKCE that is absent says nothing (RFC 8414, 2). */
const signInAddress = (offer: SignInOffer, server: oauth.AuthorizationServer): string => {
  const { authorization_endpoint: there, token_endpoint: tokens, code_challenge_methods_supported: methods } = server;
  // The policy of the page lets it ask no other origin.
  const isAsked = tokens !== undefined && URL.canParse(tokens) && new URL(tokens).origin === new URL(offer.issuer).origin;
  if (there === undefined || !isAsked) throw new SignInFailed('endpoints');
  if (methods?.includes('S256') === false) throw new SignInFailed('pkce');
  return there;
};

/** Remembers where somebody is, and sends them to the issuer. */
export const begin = (offer: SignInOffer): Promise<void> =>
  explained(async () => {
    const server = await discover(offer);
    const endpoint = signInAddress(offer, server);
    const { response_modes_supported: modes } = server;
    const trip: Trip = { state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce(), verifier: oauth.generateRandomCodeVerifier(), address: window.location.hash };
    const asked = {
      client_id: offer.clientId,
      redirect_uri: pageAddress(),
      response_type: 'code',
      scope: offer.scopes.join(' '),
      state: trip.state,
      nonce: trip.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(trip.verifier),
      code_challenge_method: 'S256',
      // In the fragment it is sent to nobody, and stands in no log.
      ...(modes?.includes('fragment') === true ? { response_mode: 'fragment' } : {}),
      // OpenID Connect Core 1.0, 11: without it offline_access is passed over.
      ...(offer.scopes.includes('offline_access') ? { prompt: 'consent' } : {}),
      ...resourceOf(offer),
    };
    tripOfTab.keep(trip);
    const there = new URL(endpoint);
    for (const [name, value] of Object.entries(asked)) there.searchParams.set(name, value);
    window.location.assign(there);
  });

/** Takes what the issuer sent somebody back with for tokens. `trip` is the one that they were on. */
export const finish = (offer: SignInOffer, trip: Trip, answer: URLSearchParams): Promise<Tokens> =>
  explained(async () => {
    const server = await discover(offer);
    const client = clientOf(offer);
    const granted = oauth.validateAuthResponse(server, client, answer, trip.state);
    const response = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), granted, pageAddress(), trip.verifier, {
      ...requestsTo(offer),
      additionalParameters: resourceOf(offer),
    });
    return tokensOf(await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: trip.nonce, requireIdToken: true }));
  });

/** New tokens for a refresh token. */
export const renew = (offer: SignInOffer, grant: Grant & { readonly refreshToken: string }): Promise<Tokens> =>
  explained(async () => {
    const server = await discover(offer);
    const client = clientOf(offer);
    const options = { ...requestsTo(offer), additionalParameters: resourceOf(offer) };
    const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), grant.refreshToken, options);
    return { ...grant, ...tokensOf(await oauth.processRefreshTokenResponse(server, client, response)) };
  });

/** Ends what somebody has at the issuer, where it has a place for that. */
export const endAtIssuer = async (offer: SignInOffer, { idToken }: Grant): Promise<void> => {
  const { end_session_endpoint: endpoint } = await explained(() => discover(offer));
  if (endpoint === undefined || idToken === undefined) return;
  const there = new URL(endpoint);
  const told = { id_token_hint: idToken, client_id: offer.clientId, post_logout_redirect_uri: pageAddress() };
  for (const [name, value] of Object.entries(told)) there.searchParams.set(name, value);
  window.location.assign(there);
};

const tokensOf = ({ access_token: token, refresh_token: refreshToken, id_token: idToken }: oauth.TokenEndpointResponse): Tokens => ({
  token,
  ...(refreshToken === undefined ? {} : { refreshToken }),
  ...(idToken === undefined ? {} : { idToken }),
});

const explained = async <A>(work: () => Promise<A>): Promise<A> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SignInFailed ? error : failureOf(error);
  }
};

const failureOf = (error: unknown): SignInFailed => {
  if (error instanceof oauth.AuthorizationResponseError) return new SignInFailed('denied', error.error);
  if (error instanceof oauth.ResponseBodyError) return new SignInFailed(error.error === 'invalid_grant' ? 'expired' : 'answer', error.error);
  // fetch tells no more of what can't be reached, or must not be read, than this.
  if (error instanceof TypeError) return new SignInFailed('unreachable');
  if (!(error instanceof oauth.OperationProcessingError)) return new SignInFailed('answer');
  if (error.code === oauth.JWT_TIMESTAMP_CHECK) return new SignInFailed('clock');
  if (error.code === oauth.JSON_ATTRIBUTE_COMPARISON || error.code === oauth.MISSING_SERVER_METADATA || error.code === oauth.INVALID_SERVER_METADATA) return new SignInFailed('metadata');
  return new SignInFailed('answer', error.code);
};
