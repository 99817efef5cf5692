import { describe, expect, it } from 'vitest';
import { diskSpace } from '../src/diskSpace.js';

const gibibyte = 2 ** 30;

/** A disk that tells how often it was looked at. */
const disk = (room: number) => {
  const state = { room, now: 0, looks: 0 };
  const requireSpace = diskSpace(
    () => {
      state.looks += 1;
      if (state.room < 0) throw new Error('cannot be told');
      return state.room;
    },
    () => state.now,
  );
  return { state, requireSpace };
};

describe('the room on a disk', () => {
  it('is refused where there is less than was asked for, each time', () => {
    const { state, requireSpace } = disk(100);
    requireSpace('/data', 100);
    expect(() => { requireSpace('/data', 101); }).toThrow(expect.objectContaining({ code: 'ENOSPC' }) as Error);
    state.room = 10;
    expect(() => { requireSpace('/data', 11); }).toThrow('No space left on device');
    expect(state.looks).toBe(3);
  });

  it('is looked at before every write as long as there is not more than a gibibyte beyond what was asked for', () => {
    const { state, requireSpace } = disk(gibibyte + 10);
    for (let i = 0; i < 5; i += 1) requireSpace('/data', 10);
    expect(state.looks).toBe(5);
  });

  it('is not looked at again at once where there is plenty, but after 100 ms', () => {
    const { state, requireSpace } = disk(4 * gibibyte);
    requireSpace('/data', 10);
    state.now = 99;
    requireSpace('/data', 10);
    expect(state.looks).toBe(1);
    state.room = 5;
    state.now = 100;
    expect(() => { requireSpace('/data', 10); }).toThrow('No space left on device');
  });

  it('is looked at again where what was asked for since may have used it up', () => {
    const { state, requireSpace } = disk(3 * gibibyte);
    requireSpace('/data', gibibyte);
    state.room = gibibyte / 2;
    expect(() => { requireSpace('/data', gibibyte); }).toThrow('No space left on device');
    expect(state.looks).toBe(2);
  });

  it('is that of each path', () => {
    const { state, requireSpace } = disk(4 * gibibyte);
    requireSpace('/data', 10);
    requireSpace('/other', 10);
    expect(state.looks).toBe(2);
  });

  it('is there where it cannot be told', () => {
    const { requireSpace } = disk(-1);
    expect(() => { requireSpace('/data', 10); }).not.toThrow();
  });
});
