import { errors } from 'jose';

/** Why a JSON Web Token is not taken. Words of a fixed set, which hold nothing of the token. @category model */
export const jwtRefusals = [
  'malformed',
  'algorithm',
  'unknown_key',
  'signature',
  'expired',
  'not_yet_valid',
  'issuer',
  'audience',
  'claims',
  'role',
  'user_id',
  'subject',
] as const;

/** Why a JSON Web Token was not taken: the label of a metric. @category model */
export type JwtRefusal = (typeof jwtRefusals)[number];

const byClaim: Readonly<Record<string, JwtRefusal>> = { iss: 'issuer', aud: 'audience', nbf: 'not_yet_valid', sub: 'subject' };

/** What jose found wrong with a token. @category constructors */
export const jwtRefusalOf = (error: unknown): JwtRefusal => {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return byClaim[error.claim] ?? 'claims';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'unknown_key';
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) return 'algorithm';
  return 'malformed';
};
