import { Position } from '@account-data/domain';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemError, timedOut, unexpectedAnswer } from '../src/ClientError.js';
import { PositionMemory } from '../src/http/PositionMemory.js';
import { defaultRetries, delayAfter, retryAfterOf } from '../src/http/retry.js';
import { platformRuntime } from '../src/ports/platform.js';

const at = (number: number) => ({ ...platformRuntime, clock: { now: () => 1_000_000 }, random: { uuid: () => '', number: () => number } });

describe('the delay before another attempt', () => {
  it('grows, is bounded, and is half jitter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const delay = delayAfter(timedOut(1), failures, { ...defaultRetries, attempts: 1_000 }, at(random)) ?? Number.NaN;
        const backoff = Math.min(10_000, 100 * 2 ** (failures - 1));
        expect(delay).toBeGreaterThanOrEqual(backoff / 2);
        expect(delay).toBeLessThanOrEqual(backoff);
      }),
    );
  });

  it('is never less than what the server asks for, and there is none where it asks for too long', () => {
    const busy = (retryAfter: number) => unexpectedAnswer('Busy.', 503, undefined, retryAfter);
    expect(delayAfter(busy(7_000), 1, defaultRetries, at(0))).toBe(7_050);
    expect(delayAfter(busy(10_001), 1, defaultRetries, at(0))).toBeUndefined();
  });

  it('is none for what does not pass by itself', () => {
    for (const status of [400, 401, 403, 404, 409, 410, 412, 413, 500]) {
      const refusal = problemError({ type: '', title: '', status, code: 'any', requestId: '' });
      expect(delayAfter(refusal, 1, defaultRetries, at(0))).toBeUndefined();
    }
    expect(delayAfter(timedOut(1), 5, defaultRetries, at(0))).toBeUndefined();
  });
});

describe('Retry-After', () => {
  it.each([
    ['3', 3_000],
    [new Date(1_005_000).toUTCString(), 5_000],
    [new Date(0).toUTCString(), 0],
    ['soon', undefined],
    [null, undefined],
  ])('%j', (header, milliseconds) => {
    expect(retryAfterOf(header, at(0))).toBe(milliseconds);
  });
});

describe('the position memory', () => {
  it('keeps the highest of one log, and begins anew with another', () => {
    const memory = new PositionMemory();
    expect(memory.token).toBeUndefined();
    memory.note('start_a');
    expect(memory.token).toBe('start_a');
    memory.note('7_a');
    memory.note('5_a');
    memory.note(null);
    memory.note('nonsense');
    expect(memory.token).toBe('7_a');
    memory.noteChange(Position(9));
    memory.noteChange(Position(8));
    expect(memory.token).toBe('9_a');
    memory.note('3_b');
    expect(memory.token).toBe('3_b');
  });
});

describe('random UUIDs of the platform', () => {
  it('are of version 4, and differ', () => {
    const made = new Set(Array.from({ length: 100 }, platformRuntime.random.uuid));
    expect(made.size).toBe(100);
    for (const uuid of made) expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
