import { describe, expect, it } from 'vitest';
import { RecentEvents } from '../src/subscriptions/RecentEvents.js';
import type { WireEvent } from '../src/wire/ReadAnswer.js';

const wire = (position: bigint, data = '{"a":1}', changed: Partial<WireEvent> = {}): WireEvent => ({
  id: `id-${position}`,
  stream: 's',
  revision: position,
  position,
  type: 'T',
  created: '17000000000000000',
  data: Buffer.from(data),
  metadata: Buffer.from('{}'),
  ...changed,
});

describe('the events that subscriptions were told of last', () => {
  it('are one object for whoever is told of them, with room for what they are decoded to', () => {
    const recent = new RecentEvents();
    const first = recent.eventOf(wire(1n));
    expect(first).toMatchObject({ id: 'id-1', position: '1', data: { a: 1 } });
    expect(first).toHaveProperty('decoded', undefined);
    expect(recent.eventOf(wire(1n))).toBe(first);
  });

  it.each([
    ['id', { id: 'another' }],
    ['stream', { stream: 'another' }],
  ])('are not taken for those of another log at the same position, whose %s is another', (_name, changed) => {
    const recent = new RecentEvents();
    const first = recent.eventOf(wire(1n));
    const other = recent.eventOf(wire(1n, undefined, changed));
    expect(other).toMatchObject(changed);
    expect(recent.eventOf(wire(1n, undefined, changed))).toBe(other);
    expect(recent.eventOf(wire(1n))).not.toBe(first);
  });

  it.each([
    ['longer data', wire(1n, '{"a":12}')],
    ['bytes that are divided otherwise', wire(1n, '{"a":1} ', { metadata: Buffer.from('{') })],
  ])('are not taken for an event with %s', (_name, changed) => {
    const recent = new RecentEvents();
    const first = recent.eventOf(wire(1n));
    expect(recent.eventOf(changed)).not.toBe(first);
  });

  it('are as many as 4,096, the oldest gone first', () => {
    const recent = new RecentEvents();
    const first = recent.eventOf(wire(0n));
    const second = recent.eventOf(wire(1n));
    for (let position = 2n; position <= 4_096n; position += 1n) recent.eventOf(wire(position));
    expect(recent.eventOf(wire(1n))).toBe(second);
    expect(recent.eventOf(wire(0n))).not.toBe(first);
  });

  it('hold 8 MiB at most', () => {
    const recent = new RecentEvents();
    const large = JSON.stringify({ text: 'x'.repeat(5 * 1024 * 1024) });
    const first = recent.eventOf(wire(1n, large));
    const second = recent.eventOf(wire(2n, large));
    expect(recent.eventOf(wire(2n, large))).toBe(second);
    expect(recent.eventOf(wire(1n, large))).not.toBe(first);
  });
});
