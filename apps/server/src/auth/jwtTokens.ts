import { isUserId } from '@account-data/domain';
import type { Clock } from '@account-data/runtime';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { JwtConfig } from '../config/ServerConfig.js';
import { type JwtRefusal, jwtRefusalOf } from './JwtRefusal.js';
import { principalOf } from './Principal.js';
import { isRole } from './Role.js';
import type { Role } from './Role.js';
import type { TokenAnswer, TokenSource } from './TokenSource.js';
import { unknownToken } from './TokenSource.js';

/** How long a verified token is believed at the most, in milliseconds: a key that was withdrawn stops working then. */
const longestBelief = 300_000;

/** Asymmetric only: with `HS256` a public key could be taken for a shared secret, and `none` is no signature. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/**
 * JSON Web Tokens signed with a key of the JWKS (RFC 7517, 7519): issuer, audience and expiry are checked; a token
 * without expiry is refused. `onRefused` is told why a token is not taken. The key set is fetched when a key is first needed and when an unknown key turns up.
 *
 * @category constructors
 */
export const jwtTokens = (config: JwtConfig, clock: Clock, onRefused: (reason: JwtRefusal) => void = () => undefined): TokenSource => {
  const keys = createRemoteJWKSet(new URL(config.jwksUrl), { timeoutDuration: 5_000, cooldownDuration: 10_000 });
  const refused = (reason: JwtRefusal): TokenAnswer => {
    onRefused(reason);
    return unknownToken;
  };
  return {
    remote: true,
    lookUp: async (token) => {
      if (!looksLikeJwt(token)) return unknownToken;
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: config.issuer,
          audience: config.audience,
          algorithms,
          requiredClaims: ['exp'],
          clockTolerance: 5,
          currentDate: new Date(clock.now()),
        });
        const answer = answerOf(payload, config, clock);
        return typeof answer === 'string' ? refused(answer) : answer;
      } catch (error) {
        return isOutage(error) ? { _tag: 'Unavailable', reason: 'The key set can\'t be fetched.' } : refused(jwtRefusalOf(error));
      }
    },
  };
};

const looksLikeJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);

/** What jose says of the token itself is final; anything else is about the key set. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC' || error instanceof errors.JWKSInvalid;

const answerOf = (payload: JWTPayload, config: JwtConfig, clock: Clock): TokenAnswer | JwtRefusal => {
  const role = roleOf(payload[config.roleClaim]) ?? config.defaultRole;
  if (role === undefined) return 'role';
  const claimed = payload[config.userIdClaim];
  const userId = typeof claimed === 'string' && isUserId(claimed) ? claimed : null;
  if (role === 'user' && userId === null) return 'user_id';
  const subject = payload.sub ?? userId;
  if (subject === null) return 'subject';
  const left = (payload.exp ?? 0) * 1_000 - clock.now();
  return {
    _tag: 'Known',
    principal: principalOf(role, userId, `jwt-${subject}`, userId ?? subject),
    lifetime: Math.min(longestBelief, Math.max(0, left)),
  };
};

const roleOf = (claim: unknown): Role | undefined => {
  if (isRole(claim)) return claim;
  return Array.isArray(claim) ? claim.find(isRole) : undefined;
};
