import { simulatedRuntime } from '@account-data/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedCache } from '../../src/limits/BoundedCache.js';
import { makeRateLimiter } from '../../src/limits/RateLimiter.js';
import { makeSlots } from '../../src/limits/Slots.js';

describe('a bounded cache', () => {
  it('never holds more than its capacity, and always what was set last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.array(fc.integer({ min: 0, max: 40 })), (capacity, keys) => {
        const cache = boundedCache<number, number>(capacity);
        for (const key of keys) {
          cache.set(key, key * 2);
          expect(cache.get(key)).toBe(key * 2);
          expect(cache.size()).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });

  it('keeps what is used and drops what is not', () => {
    const cache = boundedCache<string, number>(10);
    cache.set('used', 1);
    for (let index = 0; index < 100; index += 1) {
      cache.set(`k${String(index)}`, index);
      expect(cache.get('used')).toBe(1);
    }
    expect(cache.get('k0')).toBeUndefined();
    cache.delete('used');
    expect(cache.get('used')).toBeUndefined();
  });
});

describe('the rate limiter', () => {
  it('lets a burst through, then so many a second, each principal by itself', async () => {
    const world = simulatedRuntime({ seed: 1 });
    const limiter = makeRateLimiter({ perSecond: 10, burst: 5, clock: world.clock });
    const alice = limiter.bucketOf('alice');
    for (let index = 0; index < 5; index += 1) expect(alice.take()).toBe(0);
    expect(alice.take()).toBe(100);
    expect(limiter.bucketOf('alice').take()).toBeGreaterThan(0);
    expect(limiter.bucketOf('bob').take()).toBe(0);
    await world.advance(100);
    expect(alice.take()).toBe(0);
    expect(alice.take()).toBeGreaterThan(0);
  });

  it('is off at 0', () => {
    const world = simulatedRuntime({ seed: 1 });
    const bucket = makeRateLimiter({ perSecond: 0, burst: 1, clock: world.clock }).bucketOf('alice');
    for (let index = 0; index < 1_000; index += 1) expect(bucket.take()).toBe(0);
  });
});

describe('slots', () => {
  it('are limited in all and for each, and freeing twice frees once', () => {
    const slots = makeSlots(3, 2);
    const first = slots.take('a');
    const second = slots.take('a');
    expect(slots.take('a')).toBe('principal');
    expect(typeof slots.take('b')).toBe('function');
    expect(slots.take('c')).toBe('all');
    if (typeof first === 'string' || typeof second === 'string') throw new Error('A slot was refused.');
    first();
    first();
    expect(slots.open()).toBe(2);
    expect(typeof slots.take('a')).toBe('function');
    expect(slots.take('a')).toBe('principal');
  });
});
