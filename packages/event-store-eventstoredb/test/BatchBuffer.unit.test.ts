import { isAfter, isAtLeast, Position, type PositionedEvent, Revision, StreamName } from '@account-data/event-store';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuffer } from '../src/subscriptions/BatchBuffer.js';

const event = (position: number): PositionedEvent => ({
  stream: StreamName('s'),
  revision: Revision(position),
  id: String(position),
  type: 'T',
  data: {},
  metadata: {},
  created: 0,
  position: Position(position),
});

const drain = (buffer: BatchBuffer): Array<{ positions: Array<Position>; checkpoint: Position }> => {
  const batches = [];
  for (let batch = buffer.take(); batch !== undefined; batch = buffer.take()) {
    batches.push({ positions: batch.events.map(({ position }) => position), checkpoint: batch.checkpoint });
  }
  return batches;
};

describe('what waits for a handler', () => {
  it('is handed over in batches, and the last of them takes the checkpoint along', () => {
    const buffer = new BatchBuffer(2);
    for (const position of [1, 2, 3]) buffer.add(event(position), 10);
    buffer.moveTo(Position(9));
    expect(drain(buffer)).toEqual([
      { positions: ['1', '2'], checkpoint: '2' },
      { positions: ['3'], checkpoint: '9' },
    ]);
    expect(buffer.isEmpty).toBe(true);
    buffer.moveTo(Position(12));
    expect(drain(buffer)).toEqual([{ positions: [], checkpoint: '12' }]);
    expect(drain(buffer)).toEqual([]);
  });

  it('is full with two batches, and has room again with one', () => {
    const buffer = new BatchBuffer(3);
    for (let position = 0; position < 5; position += 1) buffer.add(event(position), 1);
    expect(buffer.isFull).toBe(false);
    buffer.add(event(5), 1);
    expect([buffer.isFull, buffer.hasRoom]).toEqual([true, false]);
    buffer.take();
    expect([buffer.isFull, buffer.hasRoom]).toEqual([false, true]);
  });

  it('is full with few large events, too', () => {
    const buffer = new BatchBuffer(1_000);
    for (let position = 0; position < 8; position += 1) buffer.add(event(position), 1024 * 1024);
    expect([buffer.isFull, buffer.hasRoom]).toEqual([true, false]);
    buffer.take();
    expect([buffer.isFull, buffer.hasRoom]).toEqual([false, true]);
  });

  it('loses nothing, repeats nothing, and never goes back, however it is filled and emptied', () => {
    const step = fc.oneof(
      fc.constant({ kind: 'event' as const }),
      fc.constant({ kind: 'checkpoint' as const }),
      fc.constant({ kind: 'take' as const }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (batchSize, steps) => {
        const buffer = new BatchBuffer(batchSize);
        const added: Array<Position> = [];
        const taken: Array<{ positions: Array<Position>; checkpoint: Position }> = [];
        let position = 0;
        const collect = (batch: ReturnType<BatchBuffer['take']>): void => {
          if (batch !== undefined) taken.push({ positions: batch.events.map((one) => one.position), checkpoint: batch.checkpoint });
        };
        for (const { kind } of steps) {
          position += 1;
          if (kind === 'event') {
            buffer.add(event(position), 1);
            added.push(Position(position));
          } else if (kind === 'checkpoint') buffer.moveTo(Position(position));
          else collect(buffer.take());
        }
        taken.push(...drain(buffer));
        expect(taken.flatMap(({ positions }) => positions)).toEqual(added);
        let last = Position(0);
        for (const { positions, checkpoint } of taken) {
          expect(positions.length).toBeLessThanOrEqual(batchSize);
          for (const one of positions) expect(isAtLeast(checkpoint, one) && isAfter(one, last)).toBe(true);
          expect(isAfter(checkpoint, last)).toBe(true);
          last = checkpoint;
        }
      }),
    );
  });
});
