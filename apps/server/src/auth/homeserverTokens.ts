import { isUserId } from '@account-data/domain';
import type { Clock } from '@account-data/runtime';
import { sha256Hex } from '@account-data/runtime';
import * as t from 'io-ts';
import type { HomeserverAuthConfig } from '../config/ServerConfig.js';
import { boundedCache } from '../limits/BoundedCache.js';
import { principalOf } from './Principal.js';
import type { TokenAnswer, TokenSource } from './TokenSource.js';
import { unknownToken } from './TokenSource.js';

/** How long "no" is believed, in milliseconds: enough to spare the homeserver a client that keeps trying. */
const refusalBelief = 10_000;

const requestTimeout = 5_000;

const Whoami = t.type({ user_id: t.string });

/**
 * Access tokens of a Matrix homeserver, asked by `GET /_matrix/client/v3/account/whoami`. Whoever the homeserver says
 * the token belongs to is a user here. Answers are believed for a while (`cache_time`), so a logout takes effect
 * within that time.
 *
 * @category constructors
 */
export const homeserverTokens = (
  config: HomeserverAuthConfig,
  clock: Clock,
  fetchFn: typeof fetch = fetch,
): TokenSource => {
  const url = `${config.url}/_matrix/client/v3/account/whoami`;
  /** By digest: a list of refused tokens need not hold them. */
  const refused = boundedCache<string, number>(10_000);

  const ask = async (token: string): Promise<TokenAnswer | 'refused'> => {
    const response = await fetchFn(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(requestTimeout),
      // A redirect is an answer that is not one of whoami: the token goes to the homeserver only.
      redirect: 'manual',
    });
    if (response.status === 401 || response.status === 403) {
      await response.body?.cancel();
      return 'refused';
    }
    if (!response.ok) {
      await response.body?.cancel();
      return { _tag: 'Unavailable', reason: `The homeserver answered ${String(response.status)}.` };
    }
    const body: unknown = await response.json();
    if (!Whoami.is(body) || !isUserId(body.user_id)) {
      return { _tag: 'Unavailable', reason: 'The homeserver\'s answer is not one of whoami.' };
    }
    return {
      _tag: 'Known',
      principal: principalOf('user', body.user_id, `user-${body.user_id}`, body.user_id),
      lifetime: config.cacheTime,
    };
  };

  return {
    remote: true,
    lookUp: async (token) => {
      if (!/^[\x21-\x7e]+$/.test(token)) return unknownToken;
      const digest = sha256Hex(token);
      if ((refused.get(digest) ?? 0) > clock.monotonic()) return unknownToken;
      try {
        const answer = await ask(token);
        if (answer !== 'refused') return answer;
        refused.set(digest, clock.monotonic() + refusalBelief);
        return unknownToken;
      } catch {
        return { _tag: 'Unavailable', reason: 'The homeserver can\'t be reached.' };
      }
    },
  };
};
