import { sha256Hex, simulatedRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { makeAuthenticator } from '../../src/auth/Authenticator.js';
import { principalOf } from '../../src/auth/Principal.js';
import { staticTokens } from '../../src/auth/staticTokens.js';
import type { TokenAnswer, TokenSource } from '../../src/auth/TokenSource.js';
import { makeRateLimiter } from '../../src/limits/RateLimiter.js';

const setUp = (...sources: ReadonlyArray<TokenSource>) => {
  const world = simulatedRuntime({ seed: 1 });
  const rates = makeRateLimiter({ perSecond: 0, burst: 1, clock: world.clock });
  return { world, authenticator: makeAuthenticator({ sources, clock: world.clock, rates }) };
};

describe('static tokens', () => {
  const source = staticTokens([
    { sha256: sha256Hex('a'), role: 'user', userId: '@alice:example.org' },
    { sha256: sha256Hex('b'), role: 'service', name: 'billing' },
    { sha256: sha256Hex('c'), role: 'admin' },
  ]);

  it('are known by their digests, with the actor that changes are recorded with', async () => {
    expect(await source.lookUp('a')).toMatchObject({ principal: { actor: { kind: 'user', id: '@alice:example.org' } } });
    expect(await source.lookUp('b')).toMatchObject({ principal: { userId: null, actor: { kind: 'service', id: 'billing' } } });
    expect(await source.lookUp('c')).toMatchObject({ principal: { actor: { kind: 'admin', id: `token-${sha256Hex('c').slice(0, 12)}` } } });
    expect(await source.lookUp('d')).toEqual({ _tag: 'Unknown' });
  });
});

describe('the authenticator', () => {
  const principal = principalOf('user', null, 'x');

  it('asks once for concurrent questions, remembers the answer for its lifetime, and then asks again', async () => {
    let asked = 0;
    const { world, authenticator } = setUp({
      lookUp: async (): Promise<TokenAnswer> => {
        asked += 1;
        return { _tag: 'Known', principal, lifetime: 1_000 };
      },
    });
    expect(authenticator.recent('Bearer t')).toBeUndefined();
    await Promise.all([authenticator.authenticate('t', 'Bearer t'), authenticator.authenticate('t', 'Bearer t')]);
    expect(asked).toBe(1);
    expect(authenticator.recent('Bearer t')?.principal).toBe(principal);
    await world.advance(1_000);
    expect(authenticator.recent('Bearer t')).toBeUndefined();
    await authenticator.authenticate('t', 'Bearer t');
    expect(asked).toBe(2);
    authenticator.forget();
    expect(authenticator.recent('Bearer t')).toBeUndefined();
  });

  it('remembers a token under one header, whatever its spelling', async () => {
    const { authenticator } = setUp({ lookUp: () => ({ _tag: 'Known', principal, lifetime: 1_000 }) });
    expect(await authenticator.authenticate('t', `Bearer${' '.repeat(100)}t`)).toMatchObject({ _tag: 'Session' });
    expect(authenticator.recent(`Bearer${' '.repeat(100)}t`)).toBeUndefined();
  });

  it('remembers no refusal, and asks the sources in their order', async () => {
    const order: Array<string> = [];
    const source = (name: string, answer: TokenAnswer): TokenSource => ({
      lookUp: () => {
        order.push(name);
        return answer;
      },
    });
    const { authenticator } = setUp(
      source('first', { _tag: 'Unknown' }),
      source('second', { _tag: 'Unavailable', reason: 'down' }),
      source('third', { _tag: 'Unknown' }),
    );
    expect(await authenticator.authenticate('t', 'Bearer t')).toEqual({ _tag: 'Unavailable', reason: 'down' });
    expect(order).toEqual(['first', 'second', 'third']);
    expect(await authenticator.authenticate('t'.repeat(10_000), 'Bearer t')).toEqual({ _tag: 'Unknown' });
    expect(order).toHaveLength(3);
  });
});
