import type { Clock, Timers } from '@account-data/runtime';
import { boundedCache } from '../limits/BoundedCache.js';
import type { Slots } from '../limits/Slots.js';
import { followSessions } from './followSessions.js';
import type { Authentication, Session } from './Session.js';
import type { RateLimiter } from '../limits/RateLimiter.js';
import type { TokenAnswer, TokenSource } from './TokenSource.js';

/** Tells by its token who asks. @category model */
export interface Authenticator {
  /**
   * The session of an `Authorization` header that was seen lately. The path of nearly every request: one map access, by
   * the header as it came, so that no token has to be cut out of it first.
   */
  readonly recent: (authorization: string) => Session | undefined;
  /**
   * Asks the sources in their order. Concurrent questions about one token are asked once. `asker` is whose place a question
   * takes that goes to another server: an address.
   */
  readonly authenticate: (token: string, authorization: string, asker: string) => Promise<Authentication>;
  /** Forgets what was believed: a source has changed. */
  readonly forget: () => void;
}

const unknown: Authentication = { _tag: 'Unknown' };

const tooManyQuestions: TokenAnswer = { _tag: 'Unavailable', reason: 'Too many tokens are being looked up.' };

/** What stands before the token. */
const scheme = 'Bearer ';

/** How many headers are remembered. Each takes some 300 bytes. */
const cachedTokens = 100_000;

/** Longer ones are no tokens of anyone (JWTs stay below) and are not looked up. */
export const maxTokenLength = 8_192;

/** Makes an authenticator that asks the sources in their order, and remembers what they said. @category constructors */
export const makeAuthenticator = (options: {
  readonly sources: ReadonlyArray<TokenSource>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly rates: RateLimiter;
  /** Places of questions to other servers, by asker. */
  readonly questions: Slots;
}): Authenticator => {
  const { sources, clock, rates, questions } = options;
  const follower = followSessions(options);
  const cache = boundedCache<string, Session>(cachedTokens);
  const asking = new Map<string, Promise<Authentication>>();
  let generation = 0;

  const lookUp = async (source: TokenSource, token: string, asker: string): Promise<TokenAnswer> => {
    if (source.remote !== true) return source.lookUp(token);
    const free = questions.take(asker);
    if (typeof free === 'string') return tooManyQuestions;
    try {
      return await source.lookUp(token);
    } finally {
      free();
    }
  };

  const ask = async (token: string, authorization: string, asker: string): Promise<Authentication> => {
    const asked = generation;
    let unavailable: Authentication | undefined;
    for (const source of sources) {
      const answer = await lookUp(source, token, asker);
      if (answer._tag === 'Known') {
        const session: Session = {
          principal: answer.principal,
          bucket: rates.bucketOf(answer.principal.id),
          until: clock.monotonic() + answer.lifetime,
          follow: (onEnd) => follower.follow(session, () => askAgain(token, authorization, asker), onEnd),
        };
        // Not a spelling padded with spaces: a token has one place in the cache.
        if (asked === generation && authorization.length <= token.length + scheme.length) cache.set(authorization, session);
        return { _tag: 'Session', session };
      }
      if (answer._tag === 'Unavailable') unavailable = answer;
    }
    return unavailable ?? unknown;
  };

  const recent = (authorization: string): Session | undefined => {
    const session = cache.get(authorization);
    if (session === undefined || session.until === Number.POSITIVE_INFINITY) return session;
    if (session.until > clock.monotonic()) return session;
    cache.delete(authorization);
    return undefined;
  };

  const authenticate = async (token: string, authorization: string, asker: string): Promise<Authentication> => {
    if (token.length > maxTokenLength) return unknown;
    const running = asking.get(token);
    if (running !== undefined) return running;
    const question = ask(token, authorization, asker).finally(() => {
      asking.delete(token);
    });
    asking.set(token, question);
    return question;
  };

  const askAgain = async (token: string, authorization: string, asker: string): Promise<Authentication> => {
    const session = recent(authorization);
    return session === undefined ? authenticate(token, authorization, asker) : { _tag: 'Session', session };
  };

  return {
    recent,
    authenticate,
    forget: () => {
      generation += 1;
      cache.clear();
    },
  };
};
