import { Revision } from '@account-data/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alice, bob, room, setUp } from './harness.js';

describe('the activity of a user', () => {
  it('counts what was recorded in each part of a time, as a count of all changes does', async () => {
    let now = 1_700_000_000_000;
    const { log, projection } = await setUp({ clock: () => now });
    const times: Array<number> = [];
    for (let n = 0; n < 60; n += 1) {
      now += n % 7 === 0 ? 5_000 : 40;
      await log.set(alice, null, `t${String(n % 3)}`, { n });
      await projection.waitForRevision(log.names.accountData(alice), Revision(n), 5_000);
      times.push(now);
      if (n === 30) await projection.flush();
    }
    const first = times[0] ?? 0;
    const last = times.at(-1) ?? 0;
    const whole = projection.activity(alice, { parts: 9 });
    expect(whole).toMatchObject({ since: first, until: last + 1 });
    expect(whole?.counts.reduce((sum, count) => sum + count, 0)).toBe(60);
    fc.assert(
      fc.property(fc.integer({ min: first - 5_000, max: last + 5_000 }), fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 50 }), (since, length, parts) => {
        const until = since + length;
        const edge = (part: number): number => Math.ceil(since + (length * part) / parts);
        const counts = Array.from({ length: parts }, (_, part) => times.filter((time) => time >= edge(part) && time < edge(part + 1)).length);
        expect(projection.activity(alice, { since, until, parts })).toEqual({ since, until, counts });
      }),
    );
  });

  it('is told of tags for themselves, and of nobody who has none or was erased', async () => {
    const { log, projection } = await setUp();
    await log.setTag(alice, room, 'u.a');
    await projection.waitForRevision(log.names.tags(alice), Revision(0), 5_000);
    expect(projection.activity(alice)).toBeUndefined();
    expect(projection.activity(alice, { stream: 'tags', parts: 1 })?.counts).toEqual([1]);
    await log.set(bob, null, 't', { n: 1 });
    await log.erase(bob);
    await projection.waitForRevision(log.names.erasures, Revision(0), 5_000);
    expect(projection.activity(bob)).toBeUndefined();
  });
});
