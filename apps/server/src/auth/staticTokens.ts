import type { UserId } from '@account-data/domain';
import { isUserId } from '@account-data/domain';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { StaticToken } from '../config/ServerConfig.js';
import { principalOf } from './Principal.js';
import type { Principal } from './Principal.js';
import type { TokenSource } from './TokenSource.js';
import { unknownToken } from './TokenSource.js';

interface KnownToken {
  readonly digest: Buffer;
  readonly principal: Principal;
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

const knownToken = (token: StaticToken): KnownToken => {
  const userId: UserId | null = token.userId !== undefined && isUserId(token.userId) ? token.userId : null;
  const id = `token-${token.sha256.slice(0, 12)}`;
  return { digest: Buffer.from(token.sha256, 'hex'), principal: principalOf(token.role, userId, id, token.name) };
};

/**
 * Tokens by their digests. All of them are compared, each in constant time, so that the time of an answer tells
 * nothing about which digest was near.
 *
 * @category constructors
 */
export const staticTokens = (tokens: ReadonlyArray<StaticToken>): TokenSource => {
  const known = tokens.map(knownToken);
  return {
    lookUp: (token) => {
      const digest = digestOf(token);
      let found: Principal | undefined;
      for (const candidate of known) {
        if (candidate.digest.length === digest.length && timingSafeEqual(candidate.digest, digest)) {
          found = candidate.principal;
        }
      }
      return found === undefined ? unknownToken : { _tag: 'Known', principal: found, lifetime: Number.POSITIVE_INFINITY };
    },
  };
};
