import { describe, expect, it } from 'vitest';
import { type Brush, brushed, changesIn, withKey } from '../src/timeline/brush.js';

const strip = { since: 1_000, until: 2_000, counts: [1, 0, 2, 0, 0, 4, 0, 0, 0, 8] };

describe('what is chosen of a strip', () => {
  const pressed = (...keys: ReadonlyArray<string>): Brush | undefined =>
    keys.reduce<Brush | undefined>((brush, key) => withKey(brush, key.replace('Shift+', ''), key.startsWith('Shift+'), 10) ?? brush, undefined);

  it('is moved by the arrow keys, from the end that they come from, and grows with Shift', () => {
    expect(pressed('ArrowRight')).toEqual([0, 0]);
    expect(pressed('ArrowLeft')).toEqual([9, 9]);
    expect(pressed('ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight')).toEqual([1, 3]);
    expect(pressed('ArrowLeft', 'Shift+ArrowLeft')).toEqual([9, 8]);
    expect(pressed('Home', 'Shift+End')).toEqual([0, 9]);
    expect(pressed('End', 'ArrowRight')).toEqual([9, 9]);
    expect(pressed('Home', 'ArrowLeft', 'x', 'Tab')).toEqual([0, 0]);
  });

  it('is a time that holds what it counts, in whichever direction it was drawn', () => {
    for (const brush of [[2, 5], [5, 2]] as const) {
      expect(changesIn(strip, brush)).toBe(6);
      expect(brushed(strip, brush)).toEqual({ since: '1970-01-01T00:00:01.200Z', until: '1970-01-01T00:00:01.600Z', by: 'recorded' });
    }
  });

  it('is never empty, however short the time of the strip is', () => {
    expect(brushed({ ...strip, until: 1_001 }, [3, 3])).toEqual({ since: '1970-01-01T00:00:01.001Z', until: '1970-01-01T00:00:01.002Z', by: 'recorded' });
  });
});
