import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWatermarkReader, openWatermarkWriter } from '../src/files/Watermark.js';
import { temporaryFolder } from './support/temporaryFolder.js';

describe('the watermark', () => {
  it('is what was written last', () => {
    const path = join(temporaryFolder(), 'durable');
    const writer = openWatermarkWriter(path);
    writer.write(1, 41);
    const reader = openWatermarkReader(path);
    expect(reader.read()).toEqual({ generation: 1, position: 41, isOfThisBoot: true });
    writer.write(2, Number.MAX_SAFE_INTEGER);
    expect(reader.read()).toEqual({ generation: 2, position: Number.MAX_SAFE_INTEGER, isOfThisBoot: true });
    reader.close();
    writer.close();
  });

  it('never goes back to a log that was replaced', () => {
    const path = join(temporaryFolder(), 'durable');
    const writer = openWatermarkWriter(path);
    const reader = openWatermarkReader(path);
    writer.write(2, 41);
    writer.write(1, 42);
    expect(reader.read()).toMatchObject({ generation: 2, position: 41 });
    reader.close();
    writer.close();
  });

  it('outlives its writer, and is gone only when another one writes', () => {
    const path = join(temporaryFolder(), 'durable');
    const first = openWatermarkWriter(path);
    first.write(1, 7);
    first.close();
    const second = openWatermarkWriter(path);
    const reader = openWatermarkReader(path);
    expect(reader.read()).toMatchObject({ position: 7 });
    second.write(1, 8);
    expect(reader.read()).toMatchObject({ position: 8 });
    reader.close();
    second.close();
  });

  it('torn in any place is not believed', () => {
    const path = join(temporaryFolder(), 'durable');
    const writer = openWatermarkWriter(path);
    writer.write(1, 0x0102_0304);
    const before = readFileSync(path);
    writer.write(1, 0xfffe_fdfc);
    const after = readFileSync(path);
    for (let cut = 9; cut < 48; cut += 1) {
      const torn = Buffer.concat([after.subarray(0, cut), before.subarray(cut)]);
      if (torn.equals(before) || torn.equals(after)) continue;
      const descriptor = openSync(path, 'r+');
      writeSync(descriptor, torn, 0, 48, 0);
      closeSync(descriptor);
      const reader = openWatermarkReader(path);
      expect(reader.read()).toBeUndefined();
      reader.close();
    }
    writer.close();
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['cut off', Buffer.from('acctlog1')],
    ['of something else', Buffer.alloc(48, 0x41)],
  ])('that is %s is none', (_what, bytes) => {
    const path = join(temporaryFolder(), 'durable');
    writeFileSync(path, bytes);
    const reader = openWatermarkReader(path);
    expect(reader.read()).toBeUndefined();
    reader.close();
  });
});
