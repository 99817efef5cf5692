import type { UserId } from '@account-data/domain';
import { sha256Hex, simulatedRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { makeAuthenticator } from '../../src/auth/Authenticator.js';
import { principalOf } from '../../src/auth/Principal.js';
import { staticTokens } from '../../src/auth/staticTokens.js';
import type { TokenAnswer, TokenSource } from '../../src/auth/TokenSource.js';
import { makeRateLimiter } from '../../src/limits/RateLimiter.js';
import { makeSlots } from '../../src/limits/Slots.js';

const address = '192.0.2.1';

const setUp = (...sources: ReadonlyArray<TokenSource>) => {
  const world = simulatedRuntime({ seed: 1 });
  const { clock, timers } = world;
  const rates = makeRateLimiter({ perSecond: 0, burst: 1, clock });
  return { world, authenticator: makeAuthenticator({ sources, clock, timers, rates, questions: makeSlots(3, 2) }) };
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
    await Promise.all([authenticator.authenticate('t', 'Bearer t', address), authenticator.authenticate('t', 'Bearer t', address)]);
    expect(asked).toBe(1);
    expect(authenticator.recent('Bearer t')?.principal).toBe(principal);
    await world.advance(1_000);
    expect(authenticator.recent('Bearer t')).toBeUndefined();
    await authenticator.authenticate('t', 'Bearer t', address);
    expect(asked).toBe(2);
    authenticator.forget();
    expect(authenticator.recent('Bearer t')).toBeUndefined();
  });

  it('remembers a token under one header, whatever its spelling', async () => {
    const { authenticator } = setUp({ lookUp: () => ({ _tag: 'Known', principal, lifetime: 1_000 }) });
    expect(await authenticator.authenticate('t', `Bearer${' '.repeat(100)}t`, address)).toMatchObject({ _tag: 'Session' });
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
    expect(await authenticator.authenticate('t', 'Bearer t', address)).toEqual({ _tag: 'Unavailable', reason: 'down' });
    expect(order).toEqual(['first', 'second', 'third']);
    expect(await authenticator.authenticate('t'.repeat(10_000), 'Bearer t', address)).toEqual({ _tag: 'Unknown' });
    expect(order).toHaveLength(3);
  });
});

describe('questions to other servers', () => {
  it('are bounded for each address and in all; what needs none is answered all the same', async () => {
    const waiting: Array<() => void> = [];
    const { authenticator } = setUp(
      { lookUp: (token) => (token === 'local' ? { _tag: 'Known', principal: principalOf('user', null, 'x'), lifetime: 1 } : { _tag: 'Unknown' }) },
      { remote: true, lookUp: () => new Promise((resolve) => waiting.push(() => { resolve({ _tag: 'Unknown' }); })) },
    );
    const ask = (token: string, asker: string) => authenticator.authenticate(token, `Bearer ${token}`, asker);
    const asked = [ask('a', 'one'), ask('b', 'one')];
    expect(await ask('c', 'one')).toMatchObject({ _tag: 'Unavailable' });
    asked.push(ask('d', 'two'));
    expect(await ask('e', 'two')).toMatchObject({ _tag: 'Unavailable' });
    expect(await ask('local', 'one')).toMatchObject({ _tag: 'Session' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(waiting).toHaveLength(3);
    for (const settle of waiting) settle();
    expect(await Promise.all(asked)).toEqual([{ _tag: 'Unknown' }, { _tag: 'Unknown' }, { _tag: 'Unknown' }]);
    const again = ask('c', 'one');
    await new Promise((resolve) => setImmediate(resolve));
    waiting.at(-1)?.();
    expect(await again).toEqual({ _tag: 'Unknown' });
  });
});

describe('a session that something hangs on', () => {
  const alice = principalOf('user', '@alice:example.org' as UserId, 'u');

  /** A source that says what it is told to, with a session of it and what has become of it. */
  const followed = async (lifetime: number) => {
    let answer: TokenAnswer = { _tag: 'Known', principal: alice, lifetime };
    let asked = 0;
    const { world, authenticator } = setUp({
      lookUp: () => {
        asked += 1;
        return answer;
      },
    });
    const known = await authenticator.authenticate('t', 'Bearer t', address);
    if (known._tag !== 'Session') throw new Error(known._tag);
    let ended = 0;
    const unfollow = known.session.follow(() => {
      ended += 1;
    });
    return {
      world,
      unfollow,
      session: known.session,
      asked: () => asked,
      ended: () => ended,
      say: (next: TokenAnswer) => {
        answer = next;
      },
    };
  };

  it('goes on while its source stands by it, and is asked about only when it is believed no more', async () => {
    const one = await followed(60_000);
    await one.world.advance(600_000);
    expect(one.ended()).toBe(0);
    expect(one.asked()).toBeLessThanOrEqual(11);
    one.unfollow();
    const before = one.asked();
    await one.world.advance(600_000);
    expect(one.asked()).toBe(before);
  });

  it.each<[string, TokenAnswer]>([
    ['removed', { _tag: 'Unknown' }],
    ['of another role', { _tag: 'Known', principal: { ...alice, role: 'auditor' }, lifetime: 5_000 }],
    ['somebody else\'s', { _tag: 'Known', principal: principalOf('user', '@bob:example.org' as UserId, 'u'), lifetime: 5_000 }],
  ])('ends once, within the time of belief and two seconds, where the token is %s', async (_, answer) => {
    const one = await followed(5_000);
    await one.world.advance(20_000);
    expect(one.ended()).toBe(0);
    one.say(answer);
    await one.world.advance(7_100);
    expect(one.ended()).toBe(1);
    await one.world.advance(60_000);
    expect(one.ended()).toBe(1);
  });

  it('outlives an outage of its source by ten seconds', async () => {
    const one = await followed(5_000);
    one.say({ _tag: 'Unavailable', reason: 'down' });
    await one.world.advance(12_000);
    expect(one.ended()).toBe(0);
    one.say({ _tag: 'Known', principal: alice, lifetime: 5_000 });
    await one.world.advance(60_000);
    expect(one.ended()).toBe(0);
    one.say({ _tag: 'Unavailable', reason: 'down' });
    await one.world.advance(20_000);
    expect(one.ended()).toBe(1);
  });

  it('that is believed for good is never asked about', async () => {
    const one = await followed(Number.POSITIVE_INFINITY);
    one.say({ _tag: 'Unknown' });
    await one.world.advance(600_000);
    expect([one.asked(), one.ended()]).toEqual([1, 0]);
  });
});
